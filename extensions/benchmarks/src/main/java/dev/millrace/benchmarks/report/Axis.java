package dev.millrace.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The upright axis of a chart: from 0 in equal steps, or by powers of ten.
 *
 * @param low its lower end
 * @param high its upper end
 * @param ticks where lines go, ascending
 * @param powers whether it is one by powers
 */
record Axis(double low, double high, List<Double> ticks, boolean powers) {

    private static final int STEPS = 5;

    /** From 0 to the next round number at or above this one. */
    static Axis linear(double greatest) {
        double power = Math.pow(10, Math.floor(Math.log10(greatest / STEPS)));
        double step = 10 * power;
        for (double each : new double[] {1, 2, 5}) {
            if (each * power * STEPS >= greatest) {
                step = each * power;
                break;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step < greatest + step; i++) {
            ticks.add(i * step);
        }
        return new Axis(0, ticks.get(ticks.size() - 1), List.copyOf(ticks), false);
    }

    /** Around these two, at 1, 2 and 5 of each power of ten; only at 1 where that would be many. */
    static Axis logarithmic(double least, double greatest) {
        boolean many = greatest / least > 1_000;
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(least)); !reaches(ticks, greatest); power++) {
            for (double each : many ? new double[] {1} : new double[] {1, 2, 5}) {
                double tick = each * Math.pow(10, power);
                if (tick <= least) {
                    ticks.clear();
                }
                if (!reaches(ticks, greatest)) {
                    ticks.add(tick);
                }
            }
        }
        return new Axis(ticks.get(0), last(ticks), List.copyOf(ticks), true);
    }

    private static boolean reaches(List<Double> ticks, double greatest) {
        return ticks.size() > 1 && last(ticks) >= greatest;
    }

    private static double last(List<Double> ticks) {
        return ticks.get(ticks.size() - 1);
    }

    /** Where a value lies: 0 at the lower end, 1 at the upper. */
    double place(double value) {
        return powers ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    static String label(double tick) {
        return String.format(Locale.ROOT, tick == Math.rint(tick) ? "%,.0f" : "%.2f", tick);
    }
}

package dev.millrace.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page's sections: one a workload, and one for all that grows with the same thing ({@code scale, streams, publish}). */
final class Sections {

    private static final String SCALE = "scale, ";

    private Sections() {}

    /** The workloads of each, in order. */
    static Map<String, List<String>> of(Iterable<String> workloads) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        for (String workload : workloads) {
            String section = isScale(workload) ? SCALE + grows(workload) : workload;
            sections.computeIfAbsent(section, name -> new ArrayList<>()).add(workload);
        }
        return sections;
    }

    static boolean isScale(String workload) {
        return workload.startsWith(SCALE);
    }

    /** What a scale workload grows with. */
    static String grows(String workload) {
        return workload.split(", ", 3)[1];
    }

    /** What it does the while. */
    static String doing(String workload) {
        return workload.split(", ", 3)[2];
    }
}

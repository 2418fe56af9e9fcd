package dev.millrace.benchmarks.contenders;

/** The envelopes that peers send: each made when it is sent, or all before the clock runs. For one thread. */
interface Envelopes {

    byte[] of(long number);

    static Envelopes of(Setup setup) {
        SplicedEnvelope envelope = new SplicedEnvelope(Setup.TYPE, Setup.ORIGIN);
        if (setup.on("prebuilt")) {
            Bodies prebuilt = new Bodies(envelope::write);
            return prebuilt::get;
        }
        Order.Shape shape = Order.Shape.ofBody(setup.number("payload", 0));
        return number -> envelope.write(Order.of(number, 0, shape));
    }
}

package dev.millrace.validation;

/** What becomes of a body with violations. */
public enum ValidationMode {
    /** It is refused. */
    STRICT,

    /** It is accepted, and a warning in the log names type, paths and messages: the 1st of a type, the 2nd, 4th, 8th … */
    WARN,

    /** It is accepted: bodies are not looked at. */
    OFF
}

/** What may travel: bodies are checked before they are published and before they are handled. Start at {@link
 * dev.millrace.validation.EventValidator}. */
@NullMarked
package dev.millrace.validation;

import org.jspecify.annotations.NullMarked;

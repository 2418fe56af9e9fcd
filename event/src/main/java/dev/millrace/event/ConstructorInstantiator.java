package dev.millrace.event;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import tools.jackson.core.Version;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;

/**
 * Makes records and other values whose constructor takes their members by that constructor. Jackson's own way adapts a method
 * handle to the number of arguments again for each value, which is nearly a fifth of what reading a small body allocates.
 */
final class ConstructorInstantiator extends StdValueInstantiator {

    private final transient Constructor<?> constructor;

    private ConstructorInstantiator(StdValueInstantiator from, Constructor<?> constructor) {
        super(from);
        this.constructor = constructor;
    }

    /** Puts this in the place of Jackson's way wherever it can be. */
    static JacksonModule module() {
        return new Module();
    }

    @Override
    public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            return context.handleInstantiationProblem(_valueClass, arguments, rewrapCtorProblem(context, e.getCause()));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Never called: Jackson's own way says what is wrong in its own words.
            return super.createFromObjectWith(context, arguments);
        }
    }

    private static final class Module extends JacksonModule {

        @Override
        public String getModuleName() {
            return ConstructorInstantiator.class.getName();
        }

        @Override
        public Version version() {
            return Version.unknownVersion();
        }

        @Override
        public void setupModule(SetupContext context) {
            context.addValueInstantiators(new Replacing());
        }
    }

    private static final class Replacing extends ValueInstantiators.Base {

        @Override
        public ValueInstantiator modifyValueInstantiator(
                DeserializationConfig config, BeanDescription.Supplier bean, ValueInstantiator usual) {
            return usual.getClass() == StdValueInstantiator.class
                            && usual.getWithArgsCreator() != null
                            && usual.getWithArgsCreator().getAnnotated() instanceof Constructor<?> constructor
                            && constructor.canAccess(null)
                    ? new ConstructorInstantiator((StdValueInstantiator) usual, constructor)
                    : usual;
        }
    }
}

package dev.millrace;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The layering of all modules. It stands here because only this module sees all the others. */
class ArchitectureTest {
    /** Each room, and the rooms it may know. */
    private static final Map<String, Set<String>> ROOMS = new TreeMap<>(Map.of(
            "event", Set.of(),
            "redis", Set.of("event"),
            "validation", Set.of("event"),
            "routing", Set.of("event"),
            "publisher", Set.of("event", "redis", "validation", "routing"),
            "consumer", Set.of("event", "redis", "validation", "routing"),
            "testkit", Set.of("event"),
            "samples", Set.of("event", "redis", "validation", "routing", "publisher", "consumer", "testkit")));

    private static final String INTERNAL = "dev.millrace..internal..";

    private static final JavaClasses MILLRACE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.millrace");

    static Set<String> rooms() {
        return ROOMS.keySet();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void a_room_knows_only_the_rooms_below_it(String room) {
        String[] known = Stream.concat(Stream.of(room), ROOMS.get(room).stream())
                .map(ArchitectureTest::inside)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(inside(room))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.millrace..").and(not(resideInAnyPackage(known))))
                .allowEmptyShould(true)
                .check(MILLRACE);
    }

    @Test
    void every_class_is_in_a_room_whose_neighbours_are_named_here() {
        classes()
                .should()
                .resideInAnyPackage(
                        rooms().stream().map(ArchitectureTest::inside).toArray(String[]::new))
                .check(MILLRACE);
    }

    @Test
    void lettuce_stays_inside_redis_but_for_the_clients_that_a_user_hands_in() {
        DescribedPredicate<JavaClass> client = DescribedPredicate.describe(
                "belong to Lettuce, Netty or Reactor",
                c -> resideInAnyPackage("io.lettuce..", "io.netty..", "reactor..")
                        .test(c));
        DescribedPredicate<JavaClass> handedIn = DescribedPredicate.describe(
                "are a client",
                c -> Set.of("io.lettuce.core.RedisClient", "io.lettuce.core.cluster.RedisClusterClient")
                        .contains(c.getName()));
        String door = "dev\\.millrace\\.(publisher\\.EventPublisher|consumer\\.ConsumerServer)\\$?Builder";
        noClasses()
                .that()
                .resideOutsideOfPackage(inside("redis"))
                .and()
                .haveNameNotMatching(door)
                .should()
                .dependOnClassesThat(client)
                .check(MILLRACE);
        noClasses()
                .that()
                .haveNameMatching(door)
                .should()
                .dependOnClassesThat(client.and(not(handedIn)))
                .allowEmptyShould(true)
                .check(MILLRACE);
    }

    @Test
    void jackson_stays_behind_the_body_codec() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        inside("redis"),
                        inside("validation"),
                        inside("routing"),
                        inside("publisher"),
                        inside("consumer"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(MILLRACE);
    }

    @Test
    void what_a_user_sees_names_no_internal_type() {
        classes()
                .that()
                .resideOutsideOfPackage(INTERNAL)
                .and(visible())
                .should(nameNoInternalType())
                .check(MILLRACE);
    }

    @Test
    void samples_use_only_what_a_user_may_use() {
        noClasses()
                .that()
                .resideInAPackage(inside("samples"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(INTERNAL)
                .allowEmptyShould(true)
                .check(MILLRACE);
    }

    @Test
    void every_package_says_what_may_be_null() {
        classes().should(resideInANullMarkedPackage()).check(MILLRACE);
    }

    @Test
    void names_say_what_a_class_is_for() {
        noClasses()
                .should()
                .haveNameMatching(".*[.$](\\w*(Impl|Utils?|Helpers?|Manager)|(Default|Abstract)[A-Z]\\w*)")
                .orShould()
                .resideInAnyPackage("..common..", "..util..", "..utils..")
                .check(MILLRACE);
    }

    private static String inside(String room) {
        return "dev.millrace." + room + "..";
    }

    private static DescribedPredicate<JavaClass> visible() {
        return DescribedPredicate.describe("are visible to a user", ArchitectureTest::isVisible);
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    private static ArchCondition<JavaClass> nameNoInternalType() {
        return new ArchCondition<>("name no internal type in what a user sees of them") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                List<JavaType> named = new ArrayList<>(type.getInterfaces());
                type.getSuperclass().ifPresent(named::add);
                type.getMembers().stream()
                        .filter(ArchitectureTest::isVisible)
                        .flatMap(ArchitectureTest::namedBy)
                        .forEach(named::add);
                named.stream()
                        .flatMap(each -> each.getAllInvolvedRawTypes().stream())
                        .filter(resideInAPackage(INTERNAL))
                        .distinct()
                        .map(found -> type.getFullName() + " shows " + found.getFullName())
                        .forEach(message -> events.add(SimpleConditionEvent.violated(type, message)));
            }
        };
    }

    private static boolean isVisible(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return !modifiers.contains(JavaModifier.SYNTHETIC)
                && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
    }

    private static Stream<JavaType> namedBy(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(code.getReturnType()),
                        code.getParameterTypes().stream(),
                        code.getExceptionTypes().stream())
                .flatMap(types -> types);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package that is @NullMarked in its package-info") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
                    String message = type.getPackageName() + " of " + type.getFullName() + " is not";
                    events.add(SimpleConditionEvent.violated(type, message));
                }
            }
        };
    }
}

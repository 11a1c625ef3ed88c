package dev.interlock.jcstress.generator;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;

/** Writes a class of stress tests for each method that says what it {@link Keeps}. */
@SupportedAnnotationTypes("dev.interlock.jcstress.generator.Keeps")
public final class StressGenerator extends AbstractProcessor {
    private static final String ANNOTATIONS = "org.openjdk.jcstress.annotations.";

    /** For the compiler. */
    public StressGenerator() {}

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (Element factory : round.getElementsAnnotatedWith(Keeps.class)) {
            try {
                generate((ExecutableElement) factory);
            } catch (IOException e) {
                processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, e.toString(), factory);
            }
        }
        return true;
    }

    private void generate(ExecutableElement factory) throws IOException {
        String method = factory.getSimpleName().toString();
        String name = Character.toUpperCase(method.charAt(0)) + method.substring(1) + "Stress";
        String inPackage = processingEnv
                .getElementUtils()
                .getPackageOf(factory)
                .getQualifiedName()
                .toString();
        String subject = factory.getEnclosingElement() + "." + method + "()";
        try (PrintWriter out = new PrintWriter(processingEnv
                .getFiler()
                .createSourceFile(inPackage + "." + name, factory)
                .openWriter())) {
            out.println("package " + inPackage + ";");
            out.println("public final class " + name + " {");
            out.println("    private " + name + "() {}");
            for (TypeElement property : properties(factory)) {
                print(out, property, subject);
            }
            out.println("}");
        }
    }

    private void print(PrintWriter out, TypeElement property, String subject) {
        String name = property.getSimpleName().toString();
        out.println("    @" + ANNOTATIONS + "JCStressTest");
        out.println("    @" + ANNOTATIONS + "JCStressMeta(" + property + ".class)");
        out.println("    @" + ANNOTATIONS + "State");
        out.println("    public static class " + name + " extends " + property + " {");
        out.println("        public " + name + "() {");
        out.println("            super(" + subject + ");");
        out.println("        }");
        for (ExecutableElement role : roles(property)) {
            String parameters = role.getParameters().stream()
                    .map(parameter -> parameter.asType() + " " + parameter)
                    .collect(Collectors.joining(", "));
            String arguments =
                    role.getParameters().stream().map(VariableElement::toString).collect(Collectors.joining(", "));
            out.println("        @Override");
            out.println("        @" + ANNOTATIONS + (role.getAnnotation(Actor.class) == null ? "Arbiter" : "Actor"));
            out.println("        public void " + role.getSimpleName() + "(" + parameters + ") {");
            out.println("            super." + role.getSimpleName() + "(" + arguments + ");");
            out.println("        }");
        }
        out.println("    }");
    }

    private List<TypeElement> properties(ExecutableElement factory) {
        List<TypeElement> properties = new ArrayList<>();
        for (AnnotationMirror annotation : factory.getAnnotationMirrors()) {
            if (annotation.getAnnotationType().toString().equals(Keeps.class.getName())) {
                for (AnnotationValue list : annotation.getElementValues().values()) {
                    for (Object value : (List<?>) list.getValue()) {
                        DeclaredType type = (DeclaredType) ((AnnotationValue) value).getValue();
                        TypeElement named = (TypeElement) type.asElement();
                        (roles(named).isEmpty() ? ElementFilter.typesIn(named.getEnclosedElements()) : List.of(named))
                                .stream()
                                        .filter(property ->
                                                property.getModifiers().contains(Modifier.PUBLIC))
                                        .forEach(properties::add);
                    }
                }
            }
        }
        if (properties.isEmpty()) {
            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, "no properties", factory);
        }
        return properties;
    }

    private List<ExecutableElement> roles(TypeElement property) {
        return ElementFilter.methodsIn(processingEnv.getElementUtils().getAllMembers(property)).stream()
                .filter(method ->
                        method.getAnnotation(Actor.class) != null || method.getAnnotation(Arbiter.class) != null)
                .collect(Collectors.toList());
    }
}

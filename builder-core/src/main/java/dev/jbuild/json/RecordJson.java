package dev.jbuild.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Records as JSON and back, by their components: how a request reaches a worker process, and how a
/// failed step is kept, whatever is added to them.
///
/// Components may be records, sealed interfaces of records, enums, texts, numbers, booleans, bytes,
/// paths, source texts, and optionals, lists, sets and maps (with texts as keys) of those. Which
/// class is made is said by the type that is read, and for a sealed interface chosen among its own:
/// never by a name from outside.
public final class RecordJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String KIND = "is";

  private RecordJson() {}

  /// One line.
  public static String write(Record value) {
    return node(value).toString();
  }

  /// Throws `IllegalArgumentException` when `json` is not what [#write] made of a `type`.
  public static <T extends Record> T read(String json, Class<T> type) {
    try {
      return type.cast(value(JSON.readTree(json), type));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case String text -> NODES.textNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case byte[] bytes -> NODES.binaryNode(bytes);
      case Path path -> NODES.textNode(path.toString());
      case SourceText source -> NODES.arrayNode().add(source.name()).add(source.text());
      case Enum<?> constant -> NODES.textNode(constant.name());
      case Optional<?> optional -> optional.map(RecordJson::node).orElse(NODES.nullNode());
      case OptionalLong number ->
          number.isPresent() ? NODES.numberNode(number.getAsLong()) : NODES.nullNode();
      case OptionalInt number ->
          number.isPresent() ? NODES.numberNode(number.getAsInt()) : NODES.nullNode();
      case Collection<?> many -> {
        ArrayNode array = NODES.arrayNode();
        many.forEach(one -> array.add(node(one)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, one) -> object.set(String.valueOf(key), node(one)));
        yield object;
      }
      case Record record -> components(record);
      default -> throw new IllegalArgumentException("no way to write a " + value.getClass());
    };
  }

  private static ObjectNode components(Record record) {
    ObjectNode object = NODES.objectNode();
    object.put(KIND, record.getClass().getSimpleName());
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        object.set(component.getName(), node(component.getAccessor().invoke(record)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return object;
  }

  private static Object value(JsonNode node, Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(node, generic);
    }
    Class<?> wanted = (Class<?>) type;
    if (wanted == OptionalLong.class) {
      return node.isNull() ? OptionalLong.empty() : OptionalLong.of(node.longValue());
    }
    if (wanted == OptionalInt.class) {
      return node.isNull() ? OptionalInt.empty() : OptionalInt.of(node.intValue());
    }
    if (wanted == SourceText.class) {
      return new SourceText(node.path(0).asText(), node.path(1).asText());
    }
    if (wanted.isEnum()) {
      return Arrays.stream(wanted.getEnumConstants())
          .filter(c -> ((Enum<?>) c).name().equals(node.textValue()))
          .findFirst()
          .orElseThrow(() -> unexpected(node, type));
    }
    return wanted.isRecord() || wanted.isSealed() ? record(node, wanted) : scalar(node, wanted);
  }

  private static Object scalar(JsonNode node, Class<?> wanted) {
    if (wanted == byte[].class && node.isTextual()) {
      try {
        return node.binaryValue();
      } catch (IOException e) {
        throw new IllegalArgumentException(e);
      }
    }
    if (wanted == String.class && node.isTextual()) {
      return node.textValue();
    }
    if (wanted == Path.class && node.isTextual()) {
      return Path.of(node.textValue());
    }
    if ((wanted == boolean.class || wanted == Boolean.class) && node.isBoolean()) {
      return node.booleanValue();
    }
    if ((wanted == int.class || wanted == Integer.class) && node.canConvertToInt()) {
      return node.intValue();
    }
    if ((wanted == long.class || wanted == Long.class) && node.canConvertToLong()) {
      return node.longValue();
    }
    throw unexpected(node, wanted);
  }

  private static Object generic(JsonNode node, ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return node.isNull() ? Optional.empty() : Optional.of(value(node, arguments[0]));
    }
    if (type.getRawType() == Map.class) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(e -> map.put(e.getKey(), value(e.getValue(), arguments[1])));
      return map;
    }
    List<Object> list = new ArrayList<>();
    node.forEach(one -> list.add(value(one, arguments[0])));
    if (type.getRawType() == List.class) {
      return list;
    }
    if (type.getRawType() == Set.class) {
      return new LinkedHashSet<>(list);
    }
    throw unexpected(node, type);
  }

  private static Object record(JsonNode node, Class<?> type) {
    if (type.isInterface()) {
      Class<?> chosen =
          Arrays.stream(type.getPermittedSubclasses())
              .filter(c -> c.getSimpleName().equals(node.path(KIND).asText()))
              .findFirst()
              .orElseThrow(() -> unexpected(node, type));
      return record(node, chosen);
    }
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      if (!node.has(components[i].getName())) {
        throw unexpected(node, type);
      }
      values[i] = value(node.get(components[i].getName()), components[i].getGenericType());
      types[i] = components[i].getType();
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static IllegalArgumentException unexpected(JsonNode node, Type type) {
    return new IllegalArgumentException(
        "a " + node.getNodeType() + " where a " + type.getTypeName() + " belongs");
  }
}

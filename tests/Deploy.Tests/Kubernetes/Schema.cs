using System.Text.Json;

namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>
/// Kubernetes' own definitions of its objects, and those of custom-resources.yaml: every field known, every required one
/// there, types right.
/// </summary>
internal sealed class Schema
{
    private const string Reference = "#/definitions/";
    private const string Prefix = "io.k8s.apimachinery.pkg.";

    private readonly JsonObject _definitions;
    private readonly Dictionary<string, JsonObject> _kinds = new(StringComparer.Ordinal);

    private Schema(JsonObject definitions)
    {
        _definitions = definitions;
        foreach (var definition in definitions.Select(pair => pair.Value!.AsObject()))
        {
            foreach (var kind in definition["x-kubernetes-group-version-kind"]?.AsArray() ?? [])
            {
                string group = (string)kind!["group"]!;
                _kinds[$"{(group.Length == 0 ? "" : group + "/")}{kind["version"]} {kind["kind"]}"] = definition;
            }
        }
    }

    /// <summary>Reads them from the shared data; skips the test where they are absent.</summary>
    public static Schema Require()
    {
        string path = SharedData.Require(Path.Combine("kubernetes", "openapi-definitions.json"));
        var definitions = JsonNode.Parse(File.ReadAllText(path))!["definitions"]!.AsObject();
        var others = Yaml.Documents(Checkout.Read("tests", "Deploy.Tests", "Kubernetes", "custom-resources.yaml")).Single();
        foreach (var (name, definition) in others["definitions"]!.AsObject())
        {
            definitions.Add(name, definition!.DeepClone());
        }

        return new Schema(definitions);
    }

    /// <summary>A sentence for everything that Kubernetes would not take or would ignore.</summary>
    public IEnumerable<string> Problems(JsonObject manifest)
    {
        string kind = $"{manifest["apiVersion"]} {manifest["kind"]}";
        return _kinds.TryGetValue(kind, out var definition)
            ? Problems(manifest, definition, $"{manifest["kind"]}/{manifest["metadata"]?["name"]}")
            : [$"{kind} is no kind that Kubernetes has"];
    }

    private IEnumerable<string> Problems(JsonNode? value, JsonObject definition, string place)
    {
        if ((string?)definition["$ref"] is { } reference)
        {
            string name = reference[Reference.Length..];
            return name switch
            {
                Prefix + "api.resource.Quantity" or Prefix + "util.intstr.IntOrString" => OneOf(value, place, "string", "number"),
                _ => Problems(value, _definitions[name]!.AsObject(), place),
            };
        }

        return (string?)definition["type"] switch
        {
            "object" => Fields(value, definition, place),
            "array" when value is JsonArray items => items.SelectMany(
                (item, i) => Problems(item, definition["items"]!.AsObject(), $"{place}[{i}]")),
            "array" => [$"{place} is no list"],
            "integer" when value?.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _) => [],
            "integer" => [$"{place} is no whole number: {value?.ToJsonString()}"],
            "number" => OneOf(value, place, "number"),
            "boolean" => OneOf(value, place, "true", "false"),
            "string" => OneOf(value, place, "string"),
            _ => [],
        };
    }

    private IEnumerable<string> Fields(JsonNode? value, JsonObject definition, string place)
    {
        if (value is not JsonObject fields)
        {
            return [$"{place} is no object"];
        }

        var known = definition["properties"]?.AsObject();
        var free = definition["additionalProperties"]?.AsObject();
        return fields
            .SelectMany(field => (known?[field.Key] ?? free) is JsonObject inner
                ? Problems(field.Value, inner, $"{place}.{field.Key}")
                : known is null && free is null ? [] : [$"{place}.{field.Key} is no field that Kubernetes has"])
            .Concat((definition["required"]?.AsArray() ?? [])
                .Where(name => !fields.ContainsKey((string)name!))
                .Select(name => $"{place}.{name} is missing"));
    }

    private static IEnumerable<string> OneOf(JsonNode? value, string place, params string[] kinds)
    {
        string kind = value?.GetValueKind().ToString().ToLowerInvariant() ?? "null";
        return kinds.Contains(kind, StringComparer.Ordinal) ? [] : [$"{place} is {kind} where {string.Join(" or ", kinds)} is expected"];
    }
}

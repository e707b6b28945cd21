using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cluster.Tests;

/// <summary>Checks a value against a JSON Schema, as far as ours go; an unknown keyword is an error rather than ignored.</summary>
internal sealed class SchemaValidator(JsonElement root)
{
    private static readonly HashSet<string> Annotations =
    [
        "$schema", "$defs", "title", "description", "examples", "x-names", "contentEncoding", "properties", "required",
        "additionalProperties"
    ];

    public static SchemaValidator Of(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "docs", "schemas")))
        {
            folder = folder.Parent;
        }

        folder.ShouldNotBeNull("docs/schemas lies above the tests");
        return new SchemaValidator(
            JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "docs", "schemas", name))).RootElement);
    }

    /// <summary>What is wrong with the JSON text; empty where it is valid.</summary>
    public IReadOnlyList<string> Errors(string json) => [.. Errors(JsonDocument.Parse(json).RootElement, root, "$")];

    private IEnumerable<string> Errors(JsonElement value, JsonElement schema, string path)
    {
        foreach (var error in schema.EnumerateObject().SelectMany(keyword => Check(value, keyword, path)))
        {
            yield return error;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
            {
                yield return $"{path} lacks {name}";
            }
        }

        foreach (var member in value.EnumerateObject())
        {
            var known = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var own) ? own
                : schema.TryGetProperty("additionalProperties", out var others) ? others
                : (JsonElement?)null;
            if (known is { ValueKind: JsonValueKind.False })
            {
                yield return $"{path}.{member.Name} is unknown";
            }
            else if (known is { ValueKind: JsonValueKind.Object } inner)
            {
                foreach (var error in Errors(member.Value, inner, $"{path}.{member.Name}"))
                {
                    yield return error;
                }
            }
        }
    }

    private IEnumerable<string> Check(JsonElement value, JsonProperty keyword, string path)
    {
        var argument = keyword.Value;
        return keyword.Name switch
        {
            "type" => IsOfType(value, argument.GetString()!) ? [] : [$"{path} is not of type {argument}"],
            "const" => JsonElement.DeepEquals(value, argument) ? [] : [$"{path} is not {argument}"],
            "enum" => argument.EnumerateArray().Any(one => JsonElement.DeepEquals(value, one)) ? [] : [$"{path} is none of {argument}"],
            "pattern" => value.ValueKind == JsonValueKind.String
                && !Regex.IsMatch(value.GetString()!, argument.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1))
                ? [$"{path} does not match {argument}"]
                : [],
            "minimum" =>
                value.ValueKind == JsonValueKind.Number && value.GetDouble() < argument.GetDouble() ? [$"{path} is below {argument}"] : [],
            "maximum" =>
                value.ValueKind == JsonValueKind.Number && value.GetDouble() > argument.GetDouble() ? [$"{path} is above {argument}"] : [],
            "minItems" =>
                value.ValueKind == JsonValueKind.Array && value.GetArrayLength() < argument.GetInt32() ? [$"{path} is too short"] : [],
            "maxItems" =>
                value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > argument.GetInt32() ? [$"{path} is too long"] : [],
            "items" => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, i) => Errors(item, argument, $"{path}[{i}]"))
                : [],
            "$ref" => Referred(value, argument.GetString()!, path),
            "oneOf" => OneOf(value, argument, path),
            _ => Annotations.Contains(keyword.Name) ? [] : [$"the schema uses {keyword.Name}, which this validator does not know"],
        };
    }

    // A definition of this schema, or another schema beside it.
    private IEnumerable<string> Referred(JsonElement value, string reference, string path) =>
        reference.StartsWith("#/$defs/", StringComparison.Ordinal)
            ? Errors(value, root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]), path)
            : Of(reference).Errors(value, path);

    private IEnumerable<string> Errors(JsonElement value, string path) => Errors(value, root, path);

    private IEnumerable<string> OneOf(JsonElement value, JsonElement schemas, string path)
    {
        var all = schemas.EnumerateArray().Select(schema => Errors(value, schema, path).ToArray()).ToArray();
        return all.Count(errors => errors.Length == 0) == 1
            ? []
            : all.OrderBy(errors => errors.Length).First().Append($"{path} fits not exactly one of its forms");
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };
}

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Cluster.Deploy.Tests.Support;

/// <summary>YAML as JSON, by the core schema of YAML 1.2; merge keys (<c>&lt;&lt;</c>) are followed.</summary>
internal static class Yaml
{
    /// <summary>Every document of a text that is not empty.</summary>
    public static IReadOnlyList<JsonObject> Documents(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(new MergingParser(new Parser(reader)));
        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(
            mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Convert(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode quoted => JsonValue.Create(quoted.Value),
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}"),
    };

    // Numbers as a parser reads them, so that they convert to whatever type is asked for.
    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" or "false" => JsonNode.Parse(text),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) =>
            JsonNode.Parse(whole.ToString(CultureInfo.InvariantCulture)),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) =>
            JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };
}

namespace Cluster.Deploy.Tests.Compose;

/// <summary>deploy/compose.yaml, its anchors and merges followed.</summary>
internal static class ComposeFile
{
    public static JsonObject Root { get; } = Yaml.Documents(Checkout.Read("deploy", "compose.yaml")).Single();

    public static IReadOnlyDictionary<string, JsonObject> Services { get; } = Root["services"]!.AsObject()
        .ToDictionary(service => service.Key, service => service.Value!.AsObject(), StringComparer.Ordinal);

    public static IEnumerable<KeyValuePair<string, JsonObject>> Silos =>
        Services.Where(service => service.Key.StartsWith("silo", StringComparison.Ordinal));

    /// <summary>A list of texts; empty where there is none.</summary>
    public static IReadOnlyList<string> Texts(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(text => (string)text!)];
}

namespace Cluster.Deploy.Tests.Kubernetes;

/// <summary>The pods of a workload.</summary>
internal sealed class PodTemplate(JsonObject workload)
{
    public string Name => (string)workload["metadata"]!["name"]!;

    public JsonObject Workload => workload;

    public JsonObject Spec => workload["spec"]!["template"]!["spec"]!.AsObject();

    public IReadOnlyList<JsonObject> Containers => [.. Spec["containers"]!.AsArray().Select(container => container!.AsObject())];

    public IReadOnlyList<JsonObject> Volumes => [.. (Spec["volumes"]?.AsArray() ?? []).Select(volume => volume!.AsObject())];

    public IReadOnlyDictionary<string, string> Labels => workload["spec"]!["template"]!["metadata"]!["labels"]!.AsObject()
        .ToDictionary(label => label.Key, label => (string)label.Value!, StringComparer.Ordinal);

    /// <summary>Names of volumes that a container may mount, claims of its own among them.</summary>
    public IReadOnlyList<string> VolumeNames =>
    [
        .. Volumes.Select(volume => (string)volume["name"]!),
        .. (workload["spec"]!["volumeClaimTemplates"]?.AsArray() ?? []).Select(claim => (string)claim!["metadata"]!["name"]!),
    ];

    public bool Matches(JsonNode? selector) => selector?["matchLabels"] is JsonObject labels
        && labels.All(label => Labels.TryGetValue(label.Key, out string? value) && value == (string?)label.Value);

    /// <summary>Every port that a container says it listens on, by name.</summary>
    public IDictionary<string, int> Ports => Containers
        .SelectMany(container => container["ports"]?.AsArray() ?? [])
        .ToDictionary(port => (string)port!["name"]!, port => (int)port!["containerPort"]!, StringComparer.Ordinal);
}

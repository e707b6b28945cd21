namespace Cluster.Networks.Graphs.Onnx;

/// <summary>What a file says for people and tools, which every file written of it says as well.</summary>
internal static class FileNotes
{
    public static ModelNotes Decode(ModelProto model) =>
        new(model.Domain, model.ModelVersion, model.DocString, model.Graph.DocString, Decode(model.Graph.MetadataProps));

    public static KeyValuePair<string, string>[] Decode(IEnumerable<StringStringEntryProto> entries) =>
        [.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))];

    public static IEnumerable<StringStringEntryProto> Encode(IEnumerable<KeyValuePair<string, string>> entries) =>
        entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value });
}

namespace Cluster.Mutations;

/// <summary>A network as exporters write large ones: the values of its initializers in another file.</summary>
internal static class ApartSample
{
    // As exporters align them; what lies between two tensors is no tensor's.
    private const int Alignment = 64;

    /// <summary>Moves the initializers' values out of a model.</summary>
    /// <param name="model">An ONNX file whose initializers have raw data.</param>
    /// <param name="location">What the other file is called, relative to the model's folder.</param>
    public static (byte[] Model, byte[] Data) Split(byte[] model, string location)
    {
        var parsed = ModelProto.Parser.ParseFrom(model);
        using var data = new MemoryStream();
        foreach (var tensor in parsed.Graph.Initializer)
        {
            byte[] values = tensor.RawData.ToByteArray();
            tensor.ClearRawData();
            tensor.DataLocation = 1;
            tensor.ExternalData.Add(Entry("location", location));

            // Offset and length may be left out where they are 0 and what the shape says.
            if (data.Length > 0)
            {
                tensor.ExternalData.Add(Entry("offset", data.Length.ToString(CultureInfo.InvariantCulture)));
                tensor.ExternalData.Add(Entry("length", values.Length.ToString(CultureInfo.InvariantCulture)));
            }

            data.Write(values);
            data.Write(new byte[(Alignment - (values.Length % Alignment)) % Alignment]);
        }

        return (parsed.ToByteArray(), data.ToArray());
    }

    private static ByteString Entry(string key, string value) =>
        new StringStringEntryProto { Key = key, Value = value }.ToByteString();
}

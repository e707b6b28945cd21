namespace Cluster.Plans;

/// <summary>Converts a format to and from its canonical text.</summary>
internal sealed class GroupFormatConverter : JsonConverter<GroupFormat>
{
    public override GroupFormat Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        GroupFormat.TryParse(reader.GetString() ?? string.Empty)
            ?? throw new JsonException($"\"{reader.GetString()}\" is not a format that this version knows");

    public override void Write(Utf8JsonWriter writer, GroupFormat value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}

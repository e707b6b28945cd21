using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Metadata as header values.</summary>
internal static class MetadataText
{
    /// <summary>Binary values without padding, as the protocol prefers.</summary>
    public static string Encode(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds a header with all of its values; a binary one may hold several, separated by commas.</summary>
    /// <exception cref="FormatException">A binary value is not base64.</exception>
    public static void AddTo(Metadata metadata, string key, IEnumerable<string?> values)
    {
        if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(key, string.Join(',', values));
            return;
        }

        foreach (string value in values.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            metadata.Add(key, Convert.FromBase64String(value.TrimEnd('=').PadRight((value.TrimEnd('=').Length + 3) / 4 * 4, '=')));
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cluster.Coordinator.Json;

/// <summary>
/// The one byte sequence of a JSON value: keys sorted by UTF-16 code unit, no whitespace, only the escapes that JSON demands,
/// whole numbers without fraction or exponent, other numbers in the shortest form that reads back to the same double.
/// </summary>
public static class CanonicalJson
{
    // Doubles above 2^53 skip whole numbers, so writing them as one would claim digits that they do not have.
    private const double LargestExactInteger = 9007199254740992;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(i => (char)i), '"', '\\']);

    /// <summary>The canonical text of a value, serialized as its declared type <typeparamref name="T"/>.</summary>
    public static string Serialize<T>(T value) => Serialize(JsonSerializer.SerializeToElement(value, CoordinatorJson.Options));

    /// <summary>The canonical text of a parsed JSON value.</summary>
    /// <exception cref="JobException">An object has the same key twice, or a number is not finite.</exception>
    public static string Serialize(JsonElement element)
    {
        var text = new StringBuilder();
        Write(element, text);
        return text.ToString();
    }

    /// <summary>Lower-case hexadecimal SHA-256 of the canonical text of a value.</summary>
    public static string Digest<T>(T value) => DigestOfText(Serialize(value));

    /// <summary>Lower-case hexadecimal SHA-256 of a text's UTF-8 bytes.</summary>
    public static string DigestOfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element, text);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var first = true;
                foreach (var item in element.EnumerateArray())
                {
                    if (!first)
                    {
                        text.Append(',');
                    }

                    first = false;
                    Write(item, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(element.GetString()!, text);
                break;
            case JsonValueKind.Number:
                WriteNumber(element, text);
                break;
            default:
                text.Append(element.ValueKind switch
                {
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => "null",
                });
                break;
        }
    }

    private static void WriteObject(JsonElement element, StringBuilder text)
    {
        var names = new string[element.GetPropertyCount()];
        var values = new JsonElement[names.Length];
        var count = 0;
        foreach (var member in element.EnumerateObject())
        {
            (names[count], values[count]) = (member.Name, member.Value);
            count++;
        }

        Array.Sort(names, values, StringComparer.Ordinal);
        text.Append('{');
        for (var i = 0; i < names.Length; i++)
        {
            if (i > 0)
            {
                if (string.Equals(names[i], names[i - 1], StringComparison.Ordinal))
                {
                    throw new JobException(
                        $"A JSON object has the key \"{names[i]}\" twice where each key may occur once: remove one of them.");
                }

                text.Append(',');
            }

            WriteString(names[i], text);
            text.Append(':');
            Write(values[i], text);
        }

        text.Append('}');
    }

    private static void WriteNumber(JsonElement element, StringBuilder text)
    {
        if (element.TryGetInt64(out var whole))
        {
            text.Append(CultureInfo.InvariantCulture, $"{whole}");
            return;
        }

        var value = element.GetDouble();
        if (!double.IsFinite(value))
        {
            throw new JobException($"The number {element.GetRawText()} is larger than a double can hold: write a finite number.");
        }

        if (Math.Abs(value) <= LargestExactInteger && Math.Floor(value) == value)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(long)value}");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{value:R}");
        }
    }

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        if (value.AsSpan().ContainsAny(Escaped))
        {
            WriteEscaped(value, text);
        }
        else
        {
            text.Append(value);
        }

        text.Append('"');
    }

    private static void WriteEscaped(string value, StringBuilder text)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Plans;

/// <summary>
/// The canonical bytes of a JSON value: keys sorted by UTF-16 code unit, no whitespace, only the escapes that JSON requires, whole numbers
/// without fraction or exponent, other numbers in the shortest form that reads back to the same double.
/// </summary>
public static class CanonicalJson
{
    // Doubles above 2^53 skip whole numbers, so writing them as whole numbers would claim digits that they do not have.
    private const double LargestExactInteger = 9007199254740992;

    // A number of up to this many characters fits into 64 bits.
    private const int LongestPlain = 18;

    // Extra buffer space that a writer requests for a number or a short text.
    private const int Spare = 128;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(i => (char)i), '"', '\\']);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    private static readonly Comparison<JsonProperty> ByText = (x, y) => string.CompareOrdinal(x.Name, y.Name);
    private static readonly Comparison<JsonProperty> ByBytes = (x, y) =>
        JsonMarshal.GetRawUtf8PropertyName(x).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(y));

    /// <summary>The canonical text of a value, serialized as its declared type <typeparamref name="T"/>.</summary>
    public static string Serialize<T>(T value) => Encoding.UTF8.GetString(SerializeToUtf8(value).Span);

    /// <summary>The same as UTF-8.</summary>
    public static ReadOnlyMemory<byte> SerializeToUtf8<T>(T value)
    {
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(value, PlanJson.Options));
        return ToUtf8(document.RootElement);
    }

    /// <summary>The canonical text of a parsed JSON value.</summary>
    /// <exception cref="JobException">An object has the same key twice, or a number is not finite.</exception>
    public static string Serialize(JsonElement element) => Encoding.UTF8.GetString(ToUtf8(element).Span);

    /// <summary>Lower-case hexadecimal SHA-256 of the canonical text of a value.</summary>
    public static string Digest<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(SerializeToUtf8(value).Span));

    /// <summary>Lower-case hexadecimal SHA-256 of a text's UTF-8 bytes.</summary>
    public static string DigestOfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ReadOnlyMemory<byte> ToUtf8(JsonElement element)
    {
        // Rarely longer than its source. Doubling growth would leave several times its length to the garbage collector's oldest generation.
        var text = new ArrayBufferWriter<byte>(JsonMarshal.GetRawUtf8Value(element).Length + Spare);
        Write(element, text);
        return text.WrittenMemory;
    }

    private static void Write(JsonElement element, ArrayBufferWriter<byte> text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element, text);
                break;
            case JsonValueKind.Array:
                WriteArray(element, text);
                break;
            case JsonValueKind.String:
                WriteString(element, text);
                break;
            case JsonValueKind.Number:
                WriteNumber(element, text);
                break;
            default:
                text.Write(element.ValueKind switch
                {
                    JsonValueKind.True => "true"u8,
                    JsonValueKind.False => "false"u8,
                    _ => "null"u8,
                });
                break;
        }
    }

    private static void WriteArray(JsonElement element, ArrayBufferWriter<byte> text)
    {
        text.Write("["u8);
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first)
            {
                text.Write(","u8);
            }

            first = false;
            Write(item, text);
        }

        text.Write("]"u8);
    }

    private static void WriteObject(JsonElement element, ArrayBufferWriter<byte> text)
    {
        var members = new JsonProperty[element.GetPropertyCount()];
        var count = 0;
        var arePlain = true;
        foreach (var member in element.EnumerateObject())
        {
            members[count++] = member;
            arePlain &= IsPlain(JsonMarshal.GetRawUtf8PropertyName(member));
        }

        // In the order of UTF-16 code units, which for ASCII is the order of bytes.
        var order = arePlain ? ByBytes : ByText;
        Array.Sort(members, order);
        text.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                if (order(members[i], members[i - 1]) == 0)
                {
                    throw new JobException(
                        $"A JSON object has the key \"{members[i].Name}\" twice where each key may occur once: remove one of them.");
                }

                text.Write(","u8);
            }

            if (arePlain)
            {
                text.Write("\""u8);
                text.Write(JsonMarshal.GetRawUtf8PropertyName(members[i]));
                text.Write("\""u8);
            }
            else
            {
                WriteText(members[i].Name, text);
            }

            text.Write(":"u8);
            Write(members[i].Value, text);
        }

        text.Write("}"u8);
    }

    private static void WriteNumber(JsonElement element, ArrayBufferWriter<byte> text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (raw.Length <= LongestPlain && !raw[(raw[0] == (byte)'-' ? 1 : 0)..].ContainsAnyExcept(Digits) && !raw.StartsWith("-0"u8))
        {
            text.Write(raw);
        }
        else
        {
            Encoding.UTF8.GetBytes(NumberText(element), text);
        }
    }

    private static string NumberText(JsonElement element)
    {
        if (element.TryGetInt64(out var whole))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{whole}");
        }

        var value = element.GetDouble();
        if (!double.IsFinite(value))
        {
            throw new JobException($"The number {element.GetRawText()} is larger than a double can hold: write a finite number.");
        }

        return Math.Abs(value) <= LargestExactInteger && Math.Floor(value) == value
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)value}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:R}");
    }

    // A text stored without escapes needs none: JSON requires the same ones.
    private static void WriteString(JsonElement element, ArrayBufferWriter<byte> text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        if (raw.Contains((byte)'\\'))
        {
            WriteText(element.GetString()!, text);
        }
        else
        {
            text.Write(raw);
        }
    }

    private static bool IsPlain(ReadOnlySpan<byte> name) => Ascii.IsValid(name) && !name.Contains((byte)'\\');

    private static void WriteText(string value, ArrayBufferWriter<byte> text)
    {
        text.Write("\""u8);
        Encoding.UTF8.GetBytes(value.AsSpan().ContainsAny(Escaped) ? WithEscapes(value) : value, text);
        text.Write("\""u8);
    }

    private static string WithEscapes(string value)
    {
        var text = new StringBuilder(value.Length + 8);
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

        return text.ToString();
    }
}

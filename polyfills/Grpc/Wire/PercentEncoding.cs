using System.Text;

namespace Grpc.Wire;

/// <summary>How a status message travels: UTF-8, with everything but printable ASCII, and '%', as %XX.</summary>
internal static class PercentEncoding
{
    private const string Digits = "0123456789ABCDEF";

    public static string Encode(string text)
    {
        if (!text.Any(c => c is < ' ' or > '~' or '%'))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (b is < (byte)' ' or > (byte)'~' or (byte)'%')
            {
                encoded.Append('%').Append(Digits[b >> 4]).Append(Digits[b & 15]);
            }
            else
            {
                encoded.Append((char)b);
            }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is not a valid escape is taken as it is, as the protocol asks.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length
                && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                bytes[length++] = (byte)((Value(bytes[i + 1]) << 4) | Value(bytes[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static int Value(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

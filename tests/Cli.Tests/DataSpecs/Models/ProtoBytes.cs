using System.Text;

namespace Cluster.Cli.Tests.DataSpecs.Models;

/// <summary>Messages of protobuf, byte by byte; every length here is below 128.</summary>
internal static class ProtoBytes
{
    public static byte[] Field(int number, params byte[][] parts)
    {
        byte[] payload = [.. parts.SelectMany(part => part)];
        return [(byte)((number << 3) | 2), (byte)payload.Length, .. payload];
    }

    public static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int number, byte value) => [(byte)(number << 3), value];

    public static byte[] Entry(string key, string value) => Field(13, Text(1, key), Text(2, value));
}

namespace Cluster.Mutations;

/// <summary>Damages bytes; a seed and a number always give the same damage.</summary>
internal static class Damage
{
    private const int MostChanges = 3;
    private const int LongestCut = 8;
    private const int LongestCopy = 16;
    private const int Run = 8;

    // What lengths, dimensions and numbers of text are made of.
    private static readonly byte[] Telling = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, .. "0123456789-+.eE,:;\"'{}[]()/\\\n\0"u8];

    // One seed's numbers must not be another's.
    private const long Apart = 1_000_003;

    /// <summary>Which sample a case damages, and the bytes that come of it.</summary>
    public static (MutationSample Sample, byte[] File) Of(MutationKind kind, long seed, int number)
    {
        var random = new Random(unchecked((int)((seed * Apart) + number)));
        var sample = kind.Samples[random.Next(kind.Samples.Count)];
        return (sample, sample.File(Change(sample.Bytes, random)));
    }

    private static byte[] Change(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int count = random.Next(1, MostChanges + 1); count > 0 && bytes.Count > 1; count--)
        {
            Change(bytes, random.Next(bytes.Count), random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, int at, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, Math.Min(random.Next(1, LongestCut + 1), bytes.Count - at));
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, LongestCopy + 1), bytes.Count - at)));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                // A part of the file in another place.
                int from = random.Next(bytes.Count);
                bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(1, LongestCopy + 1), bytes.Count - from)));
                break;
            case 6:
                byte filler = random.Next(2) == 0 ? byte.MaxValue : (byte)0;
                for (int i = at; i < Math.Min(at + Run, bytes.Count); i++)
                {
                    bytes[i] = filler;
                }

                break;
            default:
                bytes[at] = Telling[random.Next(Telling.Length)];
                break;
        }
    }
}

namespace Cluster.Kernels.Learning.FineTuning.Loading;

/// <summary>
/// Random changes to training images. The changes to an image depend only on the seed, the epoch and the image's number: not on its batch,
/// nor on earlier draws.
/// </summary>
/// <param name="Flip">Mirrors half of the images, on average, left to right.</param>
/// <param name="Shift">The most pixels that an image is moved each way, like cropping from an image padded with black.</param>
public sealed record Augmentation(bool Flip, int Shift)
{
    /// <summary>No changes.</summary>
    public static Augmentation None { get; } = new(false, 0);

    /// <summary>Writes one image, changed.</summary>
    /// <param name="pixels">(C, H, W), 0..255.</param>
    /// <param name="target">(C, H, W); not the same memory.</param>
    internal void Apply(ReadOnlySpan<byte> pixels, int height, int width, long seed, int epoch, int image, Span<byte> target)
    {
        var random = new SplitMix64(Mix(seed, epoch, image));
        bool mirrored = Flip && random.Below(2) == 1;
        int down = Shift > 0 ? random.Below((2 * Shift) + 1) - Shift : 0;
        int right = Shift > 0 ? random.Below((2 * Shift) + 1) - Shift : 0;
        for (int row = 0; row < pixels.Length / width; row++)
        {
            int from = (row % height) - down; // row % height: the rows of all channels follow each other
            var to = target.Slice(row * width, width);
            if (from < 0 || from >= height)
            {
                to.Clear();
                continue;
            }

            CopyRow(pixels.Slice(((row - (row % height)) + from) * width, width), to, mirrored, right);
        }
    }

    private static void CopyRow(ReadOnlySpan<byte> from, Span<byte> to, bool mirrored, int right)
    {
        for (int column = 0; column < to.Length; column++)
        {
            int source = column - right;
            to[column] = source < 0 || source >= from.Length ? (byte)0 : from[mirrored ? from.Length - 1 - source : source];
        }
    }

    // Each of the three goes through a round of the generator: neighbouring epochs and images must not get related numbers.
    private static ulong Mix(long seed, int epoch, int image)
    {
        ulong mixed = new SplitMix64(unchecked((ulong)seed)).Next();
        mixed = new SplitMix64(mixed ^ (uint)epoch).Next();
        return new SplitMix64(mixed ^ (uint)image).Next();
    }
}

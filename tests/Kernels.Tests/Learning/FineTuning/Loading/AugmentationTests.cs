namespace Cluster.Kernels.Tests.Learning.FineTuning.Loading;

public sealed class AugmentationTests
{
    private const int Side = 4;

    // Two channels of 4 x 4: 1..32, so that black is nowhere in the image.
    private static readonly byte[] Image = [.. Enumerable.Range(1, 2 * Side * Side).Select(value => (byte)value)];

    [Fact]
    public void Apply_None_LeavesTheImage() => Changed(Augmentation.None, 1, 2, 3).ShouldBe(Image);

    [Fact]
    public void Apply_Flip_MirrorsAboutHalfOfTheImages()
    {
        byte[] mirrored = Reference(Image, true, 0, 0);
        int flipped = 0;
        for (int image = 0; image < 2000; image++)
        {
            byte[] changed = Changed(new Augmentation(true, 0), 5, 0, image);
            bool isMirrored = changed.AsSpan().SequenceEqual(mirrored);
            (isMirrored || changed.AsSpan().SequenceEqual(Image)).ShouldBeTrue();
            flipped += isMirrored ? 1 : 0;
        }

        flipped.ShouldBeInRange(900, 1100); // four standard deviations
    }

    [Fact]
    public void Apply_Shift_IsACropOfThePaddedImageAndMeetsEveryShift()
    {
        var all = from flip in new[] { false, true } from down in Shifts from right in Shifts select (flip, down, right);
        var expected = all.ToDictionary(way => Convert.ToHexString(Reference(Image, way.flip, way.down, way.right)));
        var seen = new HashSet<string>();
        for (int image = 0; image < 2000; image++)
        {
            string changed = Convert.ToHexString(Changed(new Augmentation(true, 2), 9, 1, image));
            expected.ShouldContainKey(changed);
            seen.Add(changed);
        }

        seen.Count.ShouldBe(2 * 5 * 5);
    }

    [Fact]
    public void Apply_OtherEpochOrSeed_GivesOtherChanges()
    {
        var augmentation = new Augmentation(true, 2);
        string All(long seed, int epoch) =>
            string.Concat(Enumerable.Range(0, 50).Select(image => Convert.ToHexString(Changed(augmentation, seed, epoch, image))));

        new[] { All(1, 0), All(1, 1), All(2, 0) }.ShouldBeUnique();
    }

    private static IEnumerable<int> Shifts => [-2, -1, 0, 1, 2];

    private static byte[] Changed(Augmentation augmentation, long seed, int epoch, int image)
    {
        byte[] target = new byte[Image.Length];
        Array.Fill(target, (byte)77);
        augmentation.Apply(Image, Side, Side, seed, epoch, image, target);
        return target;
    }

    // Mirrored first, then moved, pixel by pixel.
    private static byte[] Reference(byte[] image, bool flip, int down, int right)
    {
        byte[] result = new byte[image.Length];
        for (int channel = 0; channel < 2; channel++)
        {
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                {
                    int fromY = y - down;
                    int fromX = x - right;
                    if (fromY is >= 0 and < Side && fromX is >= 0 and < Side)
                    {
                        result[(((channel * Side) + y) * Side) + x] =
                            image[(((channel * Side) + fromY) * Side) + (flip ? Side - 1 - fromX : fromX)];
                    }
                }
            }
        }

        return result;
    }
}

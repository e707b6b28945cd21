namespace Cluster.Export.Tests.Parity;

public sealed class CodeDifferencesTests
{
    [Fact]
    public void Of_ByHand_CountsDifferencesTiesAndTheLargest()
    {
        var parameters = new QuantizationParameters(0.1f, 10, 0, 255);
        float[] steps = new float[6];

        // Simulated codes: 13, 12 (2.5 to even), 0 (NaN), 0 (saturated), 10 (-0.3 is zero, not its negative), 30.
        var found = CodeDifferences.Of([3.2f, 2.5f, float.NaN, -400, -0.3f, 20.1f], [13, 13, 0, 0, 10, 26], parameters, steps);

        found.ShouldBe(new CodeDifferences(Different: 1, Ties: 1, LargestStep: 4));
        steps.ShouldBe([3f, 3, -10, -10, 0, 16]);
    }

    [Fact]
    public void Of_WithinWhatIsOpen_IsATieAndNothingElseIs()
    {
        var parameters = new QuantizationParameters(0.1f, 0, 0, 255);

        // Apart by 40, 42 and 1; the last number is out of range, and its code as far as is open.
        var found = CodeDifferences.Of([20, 20, 7, 900], [60, 62, 8, 250], parameters, new float[4], [40, 40, 0.1f, 5]);

        found.ShouldBe(new CodeDifferences(Different: 2, Ties: 2, LargestStep: 42));
    }

    [Fact]
    public void Of_DrawnNumbers_AreThoseOfTheDefinition()
    {
        var random = new Random(11);
        for (int round = 0; round < 200; round++)
        {
            var parameters = new QuantizationParameters(1, random.Next(256), 0, 255);
            float[] exact = [.. Enumerable.Range(0, random.Next(60)).Select(_ => (random.Next(-900, 900) / 4f))];
            byte[] codes = [.. exact.Select(x => (byte)Math.Clamp(
                AffineQuantizer.Quantize(x, parameters) + (random.Next(4) == 0 ? random.Next(-2, 3) : 0), 0, 255))];

            var found = CodeDifferences.Of(exact, codes, parameters, new float[exact.Length]);

            int[] apart = [.. exact.Select((x, i) => Math.Abs(AffineQuantizer.Quantize(x, parameters) - codes[i]))];
            bool[] half = [.. exact.Select(x => Math.Abs(x % 1) == 0.5f)];
            found.ShouldBe(new CodeDifferences(
                apart.Where((step, i) => step > 1 || (step == 1 && !half[i])).Count(),
                apart.Where((step, i) => step == 1 && half[i]).Count(),
                apart.DefaultIfEmpty().Max()));
        }
    }
}

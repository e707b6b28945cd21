using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Sensitivity.Fisher;

namespace Cluster.Kernels.Tests.Evaluation.Sensitivity.Fisher;

public sealed class OutputDirectionsTests
{
    // Shares of 1/4 and 3/4. Signs that agree: √p·r = 1/2 + √3/2, so u = 1/2 − (1 + √3)/8; those that do not: 1/2 − (1 − √3)/8.
    private static readonly float[] _scores = [0, MathF.Log(3)];

    [Fact]
    public void Of_TwoClasses_IsOneOfTwoLengths()
    {
        double agreeing = 0.5 - ((1 + Math.Sqrt(3)) / 8);
        double opposed = 0.5 - ((1 - Math.Sqrt(3)) / 8);
        var seen = new HashSet<bool>();

        for (int image = 0; image < 100; image++)
        {
            float[] along = OutputDirections.Of(OutputKind.Scores, FisherForm.Signs, _scores, 2, seed: 1, image);
            bool agrees = Math.Abs(along[0]) < 0.3;
            seen.Add(agrees);
            Math.Abs(along[0]).ShouldBe((float)(agrees ? agreeing : opposed), 1e-6f);
            (along[0] + along[1]).ShouldBe(0, 1e-6f);
        }

        seen.Count.ShouldBe(2);
    }

    [Fact]
    public void Of_Labels_IsTheSlopeOfTheLabelsLogLikelihood()
    {
        float[][] drawn = [.. Enumerable.Range(0, 400).Select(
            image => OutputDirections.Of(OutputKind.Scores, FisherForm.Labels, _scores, 2, seed: 1, image))];

        drawn.ShouldAllBe(along => Math.Abs(along[0] - (along[0] > 0 ? 0.75 : -0.25)) < 1e-6);
        drawn.Count(along => along[0] > 0).ShouldBeInRange(70, 130, "the first class has a quarter of 400");
    }

    [Theory]
    [InlineData(FisherForm.Signs)]
    [InlineData(FisherForm.Labels)]
    public void Of_ManyImages_HaveTheFisherInformationForTheirMeanSquare(FisherForm form)
    {
        float[] scores = [0.3f, -1.2f, 2, 0.1f, 0.9f];
        double[] shares = [.. scores.Select(score => Math.Exp(score) / scores.Sum(other => Math.Exp(other)))];
        const int Images = 40_000;
        float[] along = OutputDirections.Of(
            OutputKind.Scores, form, [.. Enumerable.Repeat(scores, Images).SelectMany(row => row)], 5, seed: 4, first: 0);

        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                double mean = along.Chunk(5).Average(row => (double)row[i] * row[j]);
                mean.ShouldBe((i == j ? shares[i] : 0) - (shares[i] * shares[j]), 0.005, $"{i}, {j}");
            }
        }
    }

    [Fact]
    public void Of_APartOfTheImages_IsThatPartOfTheWhole()
    {
        float[] scores = [.. Enumerable.Range(0, 6 * 3).Select(i => i % 5 * 0.4f)];
        float[] whole = OutputDirections.Of(OutputKind.Scores, FisherForm.Signs, scores, 3, seed: 9, first: 0);

        OutputDirections.Of(OutputKind.Scores, FisherForm.Signs, scores[6..12], 3, seed: 9, first: 2).ShouldBe(whole[6..12]);
        OutputDirections.Of(OutputKind.Scores, FisherForm.Signs, scores, 3, seed: 10, first: 0).ShouldNotBe(whole);
    }

    [Fact]
    public void Of_Values_AreSigns()
    {
        float[] along = OutputDirections.Of(OutputKind.Values, FisherForm.Signs, new float[200], 100, seed: 2, first: 0);

        along.ShouldAllBe(sign => Math.Abs(sign) == 1);
        along.Sum().ShouldBeInRange(-60, 60);
        along[..100].ShouldNotBe(along[100..]);
    }
}

using System.Globalization;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class HistogramObserverTests
{
    // Range and error were computed from the published algorithm in another language.
    [Theory]
    [InlineData(true, -2.2461, 1.4025094, 0, 2038, 4.2830759e-4)]
    [InlineData(false, -1.7683272, 1.4186141, 267, 2047, 2.3951132e-4)]
    public void Choose_TensorsOfTheText_AreThePublishedAlgorithms(
        bool countsAll, double low, double high, int start, int end, double error)
    {
        var choice = VitisExamples.Histogram(countsAll).Choose();

        choice.Low.ShouldBe(low, 1e-6);
        choice.High.ShouldBe(high, 1e-6);
        (choice.Start, choice.End).ShouldBe((start, end));
        choice.Error.ShouldBe(error, 1e-10);
    }

    // One batch whose ends are whole numbers: every version of PyTorch does the same with it.
    [Fact]
    public async Task Choose_Batch_EqualsPyTorch()
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(
            File.Exists(Python) && (await OtherProgram.RunAsync(Python, ["-c", "import torch.ao.quantization"])).Code == 0,
            "needs python3 with torch: apt-get install python3-torch");
        float[] values = Values();
        string list = string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

        var torch = await OtherProgram.RunAsync(
            Python,
            [
                "-c",
                $"""
                import torch
                observer = torch.ao.quantization.HistogramObserver()
                observer(torch.tensor([{list}]))
                scale, point = observer.calculate_qparams()
                print(repr(scale.item()), point.item())
                """,
            ]);
        torch.Code.ShouldBe(0, torch.Error);
        string[] words = torch.Output.Split();
        var observer = new HistogramObserver(countsAll: true);
        observer.Add(values);
        var parameters = VitisExamples.Parameters(observer);

        parameters.Scale.ShouldBe(float.Parse(words[0], CultureInfo.InvariantCulture), 1e-6f);
        parameters.ZeroPoint.ShouldBe(int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Choose_NothingObserved_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => new HistogramObserver(countsAll: true).Choose());

    // Mostly near zero; quarters of whole numbers are exact in any arithmetic.
    private static float[] Values()
    {
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, 500).Select(_ => (random.Next(-8, 9) + random.Next(-8, 9)) / 16f)];
        (values[0], values[1]) = (-4, 6);
        return values;
    }
}

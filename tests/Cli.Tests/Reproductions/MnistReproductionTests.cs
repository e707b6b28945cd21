using Cluster.Reproductions.Mnist;

namespace Cluster.Cli.Tests.Reproductions;

/// <summary>The whole experiment on few images that anything tells apart: a bar at one of ten heights.</summary>
public sealed class MnistReproductionTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mnist_Bars_RunsInWholeNumbersAsInOnnxRuntime()
    {
        Write("train", 640, 1);
        Write("t10k", 100, 2);

        var figures = await new MnistReproduction(MnistData.In(_folder.Root), _folder["out"], Epochs: 2, TunedEpochs: 1, Seed: 0)
            .RunAsync(_ => { }, TestContext.Current.CancellationToken);

        figures.Float32.Correct.ShouldBeGreaterThan(90);
        figures.Int8.Correct.ShouldBeInRange(figures.Float32.Correct - 2, figures.Float32.Correct + 2);
        figures.Integer.ShouldBeInRange(figures.Int8.Correct - 1, figures.Int8.Correct + 1);
        figures.Codes.Count.ShouldBeGreaterThanOrEqualTo(4);
        figures.Codes.ShouldAllBe(tensor => tensor.Largest <= 1 && tensor.Different <= tensor.Elements / 1000);

        File.Exists(_folder["out/mnist.int4.tuned.onnx"]).ShouldBeTrue();
    }

    [Fact]
    public void In_FolderWithoutFiles_IsOneSentence() =>
        Should.Throw<KernelException>(() => MnistData.In(_folder.Root)).Message.ShouldContain("give a folder with all four");

    private void Write(string set, int count, int seed)
    {
        const int Size = 28;
        var random = new Random(seed);
        byte[] pixels = new byte[count * Size * Size];
        random.NextBytes(pixels);
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];
        for (int i = 0; i < pixels.Length; i++)
        {
            int row = i / Size % Size;
            bool isBar = (row - 4) / 2 == labels[i / (Size * Size)] && row >= 4;
            pixels[i] = (byte)((pixels[i] / 4) + (isBar ? 190 : 0));
        }

        IdxWriter.WriteImages(_folder[$"{set}-images-idx3-ubyte"], pixels, 1, Size, Size, gzip: false);
        IdxWriter.WriteLabels(_folder[$"{set}-labels-idx1-ubyte"], labels, gzip: false);
    }
}

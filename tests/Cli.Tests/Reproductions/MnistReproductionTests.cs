using System.Text.Json;
using Cluster.Cli.Tests.Samples;
using Cluster.Kernels.Data;
using Cluster.Reproductions.Mnist;
using Cluster.Terminal;
using Cluster.Tests;

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

        var run = await CommandLineRun.OfAsync(
            "reproduce", "mnist", "--data", _folder.Root, "--epochs", "2", "--tuned-epochs", "1", "-o", _folder["out"], "--json");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        int Correct(string part) => json.RootElement.GetProperty(part).GetProperty("correct").GetInt32();
        Correct("float32").ShouldBeGreaterThan(90);
        Correct("int8").ShouldBeInRange(Correct("float32") - 2, Correct("float32") + 2);
        json.RootElement.GetProperty("integer").GetInt32().ShouldBeInRange(Correct("int8") - 1, Correct("int8") + 1);
        var codes = json.RootElement.GetProperty("codes").EnumerateArray().ToArray();
        codes.Length.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var tensor in codes)
        {
            tensor.GetProperty("largest").GetInt32().ShouldBeLessThanOrEqualTo(1);
            tensor.GetProperty("different").GetInt64().ShouldBeLessThanOrEqualTo(tensor.GetProperty("elements").GetInt64() / 1000);
        }

        File.Exists(_folder["out/mnist.int4.tuned.onnx"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Mnist_FolderWithoutFiles_IsOneSentence()
    {
        var run = await CommandLineRun.OfAsync("reproduce", "mnist", "--data", _folder.Root, "-o", _folder["out"]);

        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("give a folder with all four");
        Directory.Exists(_folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public void Find_NothingNamedAndNothingThere_IsNull()
    {
        MnistData.Find(null, null).ShouldBeNull();
        MnistData.Find(null, _folder.Root).ShouldBeNull();
        Write("train", 1, 1);
        Write("t10k", 1, 1);
        MnistData.Find(null, _folder.Root)!.Test.ShouldBe($"idx:{_folder["t10k-images-idx3-ubyte"]}");
    }

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

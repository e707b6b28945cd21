using System.IO.Compression;
using Cluster.EndToEnd.Networks;

namespace Cluster.EndToEnd.Run;

/// <summary>What people get wrong about their data is planted in real networks, and must be named before any work.</summary>
[Long]
public sealed class MistakeTests : IDisposable
{
    private const int ImageBytes = 3 * 32 * 32;
    private const int Record = 1 + ImageBytes;
    private const int Classes = 10;

    private readonly WorkFolder _folder = new();

    /// <summary>The network, what is planted, and what must be said.</summary>
    public static TheoryData<string, string, string> Planted => new()
    {
        { "cifar10/resnet20", "labels + 1", "with labels minus 1, as they begin at 0, FP32 is right on 9" },
        { "cifar10/resnet20", "BGR", "with the channels in the order blue, green, red (--preprocess {" },
        { "cifar10/resnet20", "inverted", "with inverted pixels FP32 is right on 9" },
        { "cifar10/resnet20", "0 to 255", "with ImageNet's mean and std as the network's input" },
        { "cifar10/resnet20", "no mean and std", "with ImageNet's mean and std as the network's input" },
        { "cifar10/resnet8_mlperf_tiny", "0 to 1", "with values of 0 to 255 as the network's input" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task Run_MistakeWhereFloat32IsKnown_IsNamedBeforeAnyWork(string model, string mistake, string said)
    {
        var network = new SharedNetwork(model);
        var (set, correct, total) = network.Recorded()[0];
        string spec = Plant(network, set, mistake);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", network.Path, "--preprocess", "p.json", "--data", $"{spec}@0..64", "--eval", $"{spec}@64..761",
            "--expect", $"{100.0 * correct / total:0.##}%", "-o", "out");

        run.Code.ShouldBe(ExitCode.DataDoubted, run.Error);
        run.Error.ShouldContain(said);
        run.Error.ShouldContain("--expect is ");
        run.Error.ShouldNotContain("calibrating");
    }

    [Theory]
    [InlineData("cifar10/resnet20")]
    [InlineData("mnist/lenet-mnist")]
    public async Task Run_NoMistake_PassesAndAnotherAccuracyIsRefusedWithoutACause(string model)
    {
        var network = new SharedNetwork(model);
        var (set, correct, total) = network.Recorded()[0];
        string spec = Plant(network, set, "nothing");
        Task<ClusterProcess> RunAsync(string expected) => ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", network.Path, "--preprocess", "p.json", "--data", $"{spec}@0..64", "--eval", $"{spec}@64..761",
            "--expect", expected, "--dry-run", "-o", "out");

        var right = await RunAsync($"{100.0 * correct / total:0.##}%");
        var wrong = await RunAsync("60%");

        right.ShouldBeDone();
        wrong.Code.ShouldBe(ExitCode.DataDoubted, wrong.Error);
        wrong.Error.ShouldContain("no usual mistake explains it");
    }

    [Fact]
    public async Task Run_LabelsOffByOneOnSixtyImagesOfAThousandClasses_AreNamed()
    {
        var network = new SharedNetwork("imagenet/mobilenet_v1_0.25_224");
        string images = SharedData.Require("imagenet-sample/jpeg224");
        WritePlusOne(SharedData.Require("imagenet-sample/evaluation800.csv"), 60, _folder["plus.csv"]);

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", network.Path, "--data", $"folder:{images}@0..16", "--eval",
            $"folder:{images},labels=plus.csv", "--expect", "60%", "--dry-run", "-o", "out");

        run.Code.ShouldBe(ExitCode.DataDoubted, run.Error);
        run.Error.ShouldContain("with labels minus 1, as they begin at 0, FP32 is right on 6");
    }

    [Theory]
    [InlineData("labels + 1", "with labels minus 1, as they begin at 0, 9", "subtract 1 from the labels")]
    [InlineData("no mean and std", "with ImageNet's mean and std as the network's input", "give that --preprocess")]
    [InlineData("BGR", "with the channels in the order blue, green, red (--preprocess {", "give that --preprocess")]
    public async Task Run_MistakeWithoutAnExpectedAccuracy_StopsBeforeTheSearchWithTheMendUnlessIgnored(
        string mistake, string said, string mend)
    {
        var network = new SharedNetwork("cifar10/resnet20");
        string spec = Plant(network, network.Recorded()[0].Set, mistake);
        string[] job =
        [
            "run", "--model", network.Path, "--preprocess", "p.json", "--data", $"{spec}@0..64", "--eval", $"{spec}@64..761",
            "--methods", "max", "--reconstruct", "never", "--max-drop", "50%", "--cache", "none", "-o", "out",
        ];

        var run = await ClusterProcess.RunAsync(_folder.Root, job);

        run.Code.ShouldBe(ExitCode.DataDoubted, run.Error);
        run.Error.ShouldContain("cluster: FP32's top-1 is ");
        run.Error.ShouldContain(said);
        run.Error.ShouldContain($": {mend}. To go on regardless, give --doubts ignore.");
        run.Error.ShouldNotContain("sensitivity");
        File.Exists(_folder["out/result.json"]).ShouldBeFalse();
        if (mistake != "BGR")
        {
            return;
        }

        var again = await ClusterProcess.RunAsync(_folder.Root, [.. job, "--doubts", "ignore"]);

        again.Code.ShouldBe(ExitCode.DataDoubted, again.Error);
        var result = new JobFiles(_folder["out"]).Result();
        result.GetProperty("warnings")[0].GetString()!.ShouldContain(said);
        result.GetProperty("verdict").GetProperty("kind").GetString().ShouldBe("dataDoubted");
        ResultConsistency.Contradictions(_folder["out"], again.Code).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_CopiesOfTwentyImages_CountOnce()
    {
        var network = new SharedNetwork("cifar10/resnet20");
        string spec = Plant(network, network.Recorded()[0].Set, "nothing");
        string twenty = $"{spec}@64..84";

        var run = await ClusterProcess.RunAsync(
            _folder.Root, "run", "--model", network.Path, "--preprocess", "p.json", "--data", $"{spec}@0..8", "--eval",
            string.Join('+', Enumerable.Repeat(twenty, 100)), "--dry-run", "-o", "out");

        run.ShouldBeDone();
        run.Error.ShouldContain("1980 of 2000 evaluation images are copies of others: each counts once.");
        run.Error.ShouldContain("20 evaluation images detect drops above");
        run.Error.ShouldContain("8 calibration images give ranges that others may exceed");
    }

    // The first rows of a list, whose first column is the label.
    private static void WritePlusOne(string list, int rows, string path) =>
        File.WriteAllLines(path, File.ReadLines(list).Take(1 + rows).Select((row, i) => row.Split(',', 2) is [var label, var rest] && i > 0
            ? $"{int.Parse(label, CultureInfo.InvariantCulture) + 1},{rest}"
            : row));

    // The set with the mistake, as records or IDX files in this folder, and the preprocessing, p.json.
    private string Plant(SharedNetwork network, string set, string mistake)
    {
        var own = network.Preprocess;
        double[] zero = [.. own.Mean.Select(_ => 0.0)];
        double[] one = [.. own.Std.Select(_ => 1.0)];
        var preprocess = mistake switch
        {
            "0 to 255" => new Preprocess(own.Color, 1, zero, one),
            "0 to 1" or "no mean and std" => new Preprocess(own.Color, 1 / 255.0, zero, one),
            _ => own,
        };
        File.WriteAllText(_folder["p.json"], preprocess.ToJson());
        byte Label(byte label) => (byte)((label + (mistake == "labels + 1" ? 1 : 0)) % Classes);
        if (set.EndsWith("t10k", StringComparison.Ordinal))
        {
            File.Copy(SharedData.Require($"{set}-images-idx3-ubyte.gz"), _folder["i"]);
            byte[] labels = Unzipped(SharedData.Require($"{set}-labels-idx1-ubyte.gz"));
            File.WriteAllBytes(_folder["l"], [.. labels[..8], .. labels[8..].Select(Label)]);
            return "idx:i,labels=l";
        }

        byte[] records = Unzipped(SharedData.Require($"{set}.bin.gz"));
        for (int at = 0; at < records.Length; at += Record)
        {
            records[at] = Label(records[at]);
            var pixels = records.AsSpan(at + 1, ImageBytes);
            byte[] planes = pixels.ToArray();
            for (int i = 0; i < ImageBytes; i++)
            {
                pixels[i] = mistake switch
                {
                    "BGR" => planes[((2 - (i / 1024)) * 1024) + (i % 1024)],
                    "inverted" => (byte)(255 - planes[i]),
                    _ => planes[i],
                };
            }
        }

        File.WriteAllBytes(_folder["r"], records);
        return "cifar10:r";
    }

    private static byte[] Unzipped(string path)
    {
        using var file = File.OpenRead(path);
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        zip.CopyTo(bytes);
        return bytes.ToArray();
    }
}

using Cluster.Coordinator.Model;
namespace Cluster.Evaluation.Tests.Inputs;

public sealed class JobDataTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public JobDataTests() => TinyNetwork.Write(_folder.Root);

    private string Images => $"idx:{_folder["images-idx3-ubyte"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_OneSet_SplitsItDisjointlyAndCompletely()
    {
        var data = Open(Inputs());
        data.Calibration.Images.Count.ShouldBe(24, "a quarter of 96");
        data.Evaluation.Images.Count.ShouldBe(72);
        data.Calibration.Images.CountShared(data.Evaluation.Images).ShouldBe(0);
        data.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Open_OtherSeed_SplitsOtherwise()
    {
        var first = Open(Inputs()).Digests;
        Open(Inputs()).Digests.ShouldBe(first);
        Open(Inputs(), new JobOptions { Seed = 1 }).Digests.ShouldNotBe(first);
    }

    [Fact]
    public void Open_SetsThatShareImages_AreWarnedOf()
    {
        var data = Open(Inputs() with { Calibration = $"{Images}@0..20", Evaluation = $"{Images}@10..96", Test = $"{Images}@90..96" });
        data.Warnings.Count.ShouldBe(2);
        data.Warnings[0].ShouldStartWith("10 images are in the calibration set and in the evaluation set");
        data.Warnings[1].ShouldStartWith("6 images are in the evaluation set and in the test set");
    }

    [Fact]
    public void Open_OtherPreprocessing_IsOtherData()
    {
        string other = _folder["other.preprocess.json"];
        File.WriteAllText(other, new Preprocess(PixelColor.Gray, 1 / 255.0, [0.5], [0.25]).ToJson());
        Open(Inputs() with { Preprocess = other }).Digests.Calibration.ShouldNotBe(Open(Inputs()).Digests.Calibration);
    }

    [Fact]
    public void Open_TestSetWithoutLabels_IsRefused()
    {
        File.Copy(_folder["images-idx3-ubyte"], _folder["unlabelled"]);
        Should.Throw<KernelException>(() => Open(Inputs() with { Test = $"idx:{_folder["unlabelled"]}" })).Message.ShouldContain("labels");
    }

    [Fact]
    public void Open_OutputOfPixels_IsNoClassifierAndSaysWhichMetricsFit()
    {
        var pixels = Sample.Graph([("w", [2, 1, 3, 3], Sample.Values(18, 1, 1))], [Sample.Node("Conv", "y", ["x", "w"])], [-1, 1, 8, 8]);
        pixels = pixels with { Outputs = [new ValueInfo("y", ElementType.Float, [-1, 2, 6, 6])] };
        File.WriteAllBytes(_folder["pixels.onnx"], OnnxWriter.Write(pixels).Message);
        File.Copy(_folder["tiny.preprocess.json"], _folder["pixels.preprocess.json"]);

        Should.Throw<JobException>(() => Open(Inputs() with { Model = _folder["pixels.onnx"] })).Message.ShouldContain(
            "is (N, 2, 6, 6), such as a segmentation's: give --metric output-kl, output-sqnr, or a --metric-command of yours");
    }

    [Fact]
    public void Open_OneCalibrationImageOrClass_IsWarnedOf()
    {
        Open(Inputs() with { Calibration = $"{Images}@0..1", Evaluation = $"{Images}@20..96" }).Warnings
            .ShouldContain("1 calibration image gives ranges that others may exceed; 100 to 500 are usual.");
    }

    private JobInputs Inputs() => new() { Model = _folder["tiny.onnx"], Calibration = Images };

    private static JobData Open(JobInputs inputs, JobOptions? options = null) =>
        JobData.Open(inputs, options ?? new JobOptions(), NetworkFile.Open(inputs.Model));
}

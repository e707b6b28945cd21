using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;

namespace Cluster.EndToEnd.Networks;

/// <summary>All layers in INT8, by the file in ONNX Runtime, against what other quantizers reach on the same networks and images.</summary>
[Long]
public sealed class Int8Tests
{
    private const string Target = "onnxruntime-cpu";

    // The count to reach: the rivals' MSE calibration, for mobilenet with bias correction, less what the choice of
    // images moves (3 of 761 or 800, 10 of 10,000; 7 with squeezenet, which has 502 to 509 on four choices of 150 or 200 images).
    [Theory]
    [InlineData(
        "cifar10/resnet8_mlperf_tiny",
        "cifar10/data_batch_1.first4000",
        "cifar10/test_batch.first761",
        674 - 3,
        "percentile:99.99,mse")]
    [InlineData(
        "cifar10/resnet20", "cifar10/data_batch_1.first4000", "cifar10/test_batch.first761", 700 - 3, "percentile:99.99,mse")]
    [InlineData("cifar10/resnet20-jpeg-finetuned", "cifar10/data_batch_1.jpeg", "cifar10/test_batch.jpeg", 8807 - 10, "mse")]
    [InlineData("mnist/lenet-mnist", "mnist/train", "mnist/t10k", 9927 - 10, "mse")]
    [InlineData("imagenet/mobilenet_v1_0.25_224", "calibration200", "evaluation800", 478 - 3, "percentile:99.99,mse")]
    [InlineData("imagenet/squeezenet1_0_deepcompressed", "calibration200", "evaluation800", 509 - 7, "mse")]
    public void TopOne_BestCalibratorWithBiasCorrection_ReachesTheRivals(
        string model, string calibration, string evaluation, int expected, string methods)
    {
        var network = new SharedNetwork(model);
        var calibrationImages = network.Images(CalibrationSpec(calibration));
        var evaluationImages = network.Images(EvaluationSpec(evaluation));
        using var uncalibrated = new NetworkSetup(network.File, TargetList.Usual, WorkingMemory.Usual, Path.GetTempPath());
        var statistics = uncalibrated.Calibrate(calibrationImages, TestContext.Current.CancellationToken);
        var setup = uncalibrated.With(statistics, calibrationImages, evaluationImages);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (string method in methods.Split(','))
        {
            var artefact = setup.Builder.Build(
                Plan.Uniform(GroupFormat.Int8, Target, setup.Translator.Decided.Select(group => group.Name), method, biasCorrection: true),
                TestContext.Current.CancellationToken);
            float[] logits = RuntimeEvaluator.Logits(
                artefact.File, evaluationImages, network.File.Classes, SharedNetwork.Workers, TestContext.Current.CancellationToken);
            counts[method] = RuntimeEvaluator.Score(logits, network.File.Classes, evaluationImages, null).Correct;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{model}: {string.Join(", ", counts)}");
        counts.Values.Max().ShouldBeGreaterThanOrEqualTo(expected, string.Join(", ", counts));
    }

    private static string CalibrationSpec(string name) => name switch
    {
        "calibration200" => Folder(name),
        "mnist/train" => $"idx:{SharedData.Require("mnist/train-images-idx3-ubyte.gz")}@0..512",
        _ => $"cifar10:{SharedData.Require($"{name}.bin.gz")}@0..512",
    };

    private static string EvaluationSpec(string name) => name == "evaluation800" ? Folder(name) : SharedNetwork.Spec(name);

    private static string Folder(string list) =>
        $"folder:{SharedData.Require("imagenet-sample/jpeg224")},labels={SharedData.Require($"imagenet-sample/{list}.csv")}";
}

namespace Cluster.EndToEnd;

/// <summary>The smallest residual network of the shared data, with images for it.</summary>
internal static class Resnet8
{
    public static string Model => SharedData.Require("models/cifar10/resnet8_mlperf_tiny.onnx");

    public static string Calibration => $"cifar10:{SharedData.Require("cifar10/data_batch_1.first4000.bin.gz")}@0..96";

    public static string Evaluation => $"cifar10:{SharedData.Require("cifar10/test_batch.first761.bin.gz")}@0..192";
}

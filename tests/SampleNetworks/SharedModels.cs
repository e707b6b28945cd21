namespace Cluster.Tests;

/// <summary>The real networks that tests run over.</summary>
public static class SharedModels
{
    public static TheoryData<string> All =>
    [
        "cifar10/resnet20-conv1x1-shortcut",
        "cifar10/resnet20-torch-export",
        "cifar10/resnet20",
        "cifar10/resnet8_mlperf_tiny",
        "imagenet/mobilenet_v1_0.25_224",
        "imagenet/squeezenet1_0_deepcompressed",
        "mnist/lenet-mnist",
        "mnist/mnist-cntk-opset8",
    ];

    internal static string Path(string model) => SharedData.Require($"models/{model}.onnx");
}

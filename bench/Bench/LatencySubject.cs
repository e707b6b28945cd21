namespace Cluster.Bench;

/// <summary>A network of the shared data with the images that calibrate it.</summary>
/// <param name="Model">Path below the shared data's models.</param>
/// <param name="Calibration">Data spec whose paths begin at {data}.</param>
/// <param name="Evaluation">The same, of labelled images.</param>
internal sealed record LatencySubject(string Name, string Model, string Calibration, string Evaluation)
{
    private const string Cifar = "cifar10:{data}/cifar10/test_batch.first761.bin.gz";
    private const string ImageNet = "folder:{data}/imagenet-sample/jpeg224,labels={data}/imagenet-sample/evaluation800.csv";

    public static IReadOnlyList<LatencySubject> All { get; } =
    [
        new("resnet8", "cifar10/resnet8_mlperf_tiny.onnx", "cifar10:{data}/cifar10/data_batch_1.first4000.bin.gz@0..512", Cifar),
        new("resnet20", "cifar10/resnet20.onnx", "cifar10:{data}/cifar10/data_batch_1.first4000.bin.gz@0..512", Cifar),
        new("resnet32", "cifar10/resnet32.onnx", "cifar10:{data}/cifar10/data_batch_1.first4000.bin.gz@0..512", Cifar),
        new(
            "lenet",
            "mnist/lenet-mnist.onnx",
            "idx:{data}/mnist/train-images-idx3-ubyte.gz@0..512",
            "idx:{data}/mnist/t10k-images-idx3-ubyte.gz,labels={data}/mnist/t10k-labels-idx1-ubyte.gz@0..2000"),
        new(
            "mobilenet_v1_0.25",
            "imagenet/mobilenet_v1_0.25_224.onnx",
            "folder:{data}/imagenet-sample/jpeg224,labels={data}/imagenet-sample/calibration200.csv",
            ImageNet),
        new(
            "squeezenet1_0",
            "imagenet/squeezenet1_0_deepcompressed.onnx",
            "folder:{data}/imagenet-sample/jpeg224,labels={data}/imagenet-sample/calibration200.csv",
            ImageNet),
    ];
}

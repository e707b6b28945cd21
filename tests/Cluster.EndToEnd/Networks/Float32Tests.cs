namespace Cluster.EndToEnd.Networks;

/// <summary>Every network of the shared data in FP32, by our executor and by ONNX Runtime, against the recorded figures.</summary>
[Long]
public sealed class Float32Tests
{
    // torch 1.13, operator by operator, made the recorded counts; another order of sums may tip an image.
    private const int Tolerance = 1;

    private const string Squeezenet = "imagenet/squeezenet1_0_deepcompressed";

    public static TheoryData<string> Models =>
    [
        "cifar10/resnet20-conv1x1-shortcut",
        "cifar10/resnet20-jpeg-finetuned",
        "cifar10/resnet20-torch-export",
        "cifar10/resnet20",
        "cifar10/resnet32-conv1x1-shortcut",
        "cifar10/resnet32",
        "cifar10/resnet8_mlperf_tiny",
        "imagenet/mobilenet_v1_0.25_224",
        Squeezenet,
        "mnist/lenet-mnist",
        "mnist/mnist-cntk-opset8",
    ];

    // Its images take longer than all others' together, and Int8Tests counts on them.
    public static TheoryData<string> Counted => [.. Models.Select(row => row.Data).Where(model => model != Squeezenet)];

    [Theory]
    [MemberData(nameof(Counted))]
    public void TopOne_RecordedSets_EqualsTheRecordedCount(string model)
    {
        var network = new SharedNetwork(model);
        using var executor = new FloatNetwork(network.File.Grouped);
        foreach (var (set, correct, total) in network.Recorded())
        {
            // One network is enough for the 10,000 JPEG images: the others were not trained on such pixels.
            if (set == "cifar10/test_batch.jpeg" && model != "cifar10/resnet20-jpeg-finetuned")
            {
                continue;
            }

            var images = network.Images(SharedNetwork.Spec(set));
            images.Images.Count.ShouldBe(total);
            float[] runtime = RuntimeEvaluator.Logits(
                network.File.Float32Model, images, network.File.Classes, SharedNetwork.Workers, TestContext.Current.CancellationToken);
            float[] ours = Logits(executor, images, network.File.Classes);

            Correct(runtime).ShouldBeInRange(correct - Tolerance, correct + Tolerance, $"ONNX Runtime on {set}");
            Correct(ours).ShouldBeInRange(correct - Tolerance, correct + Tolerance, $"executor on {set}");
            Distance(ours, runtime).ShouldBeLessThan(1e-4, set);

            int Correct(float[] logits) => RuntimeEvaluator.Score(logits, network.File.Classes, images, null).Correct;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_ReferenceImages_AreTheRecordedOnes(string model)
    {
        var network = new SharedNetwork(model);
        float[] recorded = network.ReferenceLogits();
        var (pixels, shape) = network.ReferencePixels();
        using var executor = new FloatNetwork(network.File.Grouped);
        using var session = OrtSession.Open(network.File.Float32Model, new OrtSessionOptions());
        float[] runtime = new float[recorded.Length];

        float[] ours = executor.Run(pixels, shape);
        session.Run([TensorData.FromFloats(shape, pixels)], runtime);

        ours.Length.ShouldBe(recorded.Length);
        Distance(ours, recorded).ShouldBeLessThan(1e-4);
        Distance(runtime, recorded).ShouldBeLessThan(1e-4);
    }

    private static float[] Logits(FloatNetwork network, ImageBatches images, int classes)
    {
        float[] logits = new float[images.Images.Count * classes];
        Batches.ForEach(images.Count, SharedNetwork.Workers, batch =>
        {
            long[] shape = images.Inputs(batch)[0].Shape;
            network.Run(images.Pixels(batch), shape).CopyTo(logits, images.Start(batch) * classes);
        }, TestContext.Current.CancellationToken);
        return logits;
    }

    // Largest difference as a share of the largest logit.
    private static double Distance(float[] logits, float[] expected) =>
        logits.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max() / expected.Max(Math.Abs);
}

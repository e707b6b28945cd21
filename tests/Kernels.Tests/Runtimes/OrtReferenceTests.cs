using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;
using Microsoft.ML.OnnxRuntime;

namespace Cluster.Kernels.Tests.Runtimes;

public sealed class OrtReferenceTests
{
    [Theory]
    [InlineData("cifar10/resnet20")]
    [InlineData("cifar10/resnet32")]
    [InlineData("cifar10/resnet20-conv1x1-shortcut")]
    [InlineData("cifar10/resnet32-conv1x1-shortcut")]
    [InlineData("cifar10/resnet20-torch-export")]
    [InlineData("cifar10/resnet20-jpeg-finetuned")]
    [InlineData("cifar10/resnet8_mlperf_tiny")]
    [InlineData("imagenet/mobilenet_v1_0.25_224")]
    [InlineData("imagenet/squeezenet1_0_deepcompressed")]
    [InlineData("mnist/lenet-mnist")]
    public void Run_FirstImagesOfANetwork_GivesTheReferenceLogits(string model)
    {
        ReferenceCase reference = ReferenceCase.Load(model);
        float[] expected = [.. reference.Logits.SelectMany(row => row)];
        float[] output = new float[expected.Length];
        using OrtSession session = OrtSession.Open(reference.ModelPath, new OrtSessionOptions());

        session.Run([TensorData.FromFloats(reference.Shape, reference.Input)], output);

        ReferenceCase.LargestError(output, expected).ShouldBeLessThan(1e-4 * expected.Max(Math.Abs));
    }

    [Fact]
    public void Run_NetworkOfFixedBatchOne_GivesTheReferenceLogitsImageByImage()
    {
        ReferenceCase reference = ReferenceCase.Load("mnist/mnist-cntk-opset8");
        using OrtSession session = OrtSession.Open(File.ReadAllBytes(reference.ModelPath), new OrtSessionOptions());
        for (int i = 0; i < reference.Logits.Length; i++)
        {
            float[] output = new float[10];

            session.Run([TensorData.FromFloats([1, 1, 28, 28], reference.Image(i))], output);

            ReferenceCase.LargestError(output, reference.Logits[i]).ShouldBeLessThan(1e-4 * reference.Logits[i].Max(Math.Abs));
        }
    }

    [Theory]
    [InlineData(1, GraphOptimizationLevel.ORT_ENABLE_ALL)]
    [InlineData(2, GraphOptimizationLevel.ORT_ENABLE_ALL)]
    [InlineData(1, GraphOptimizationLevel.ORT_ENABLE_BASIC)]
    [InlineData(1, GraphOptimizationLevel.ORT_DISABLE_ALL)]
    public void Run_ThreadsAndOptimization_KeepTheLogits(int threads, GraphOptimizationLevel optimization)
    {
        ReferenceCase reference = ReferenceCase.Load("cifar10/resnet20");
        float[] expected = [.. reference.Logits.SelectMany(row => row)];
        float[] first = new float[expected.Length];
        float[] second = new float[expected.Length];
        using OrtSession session = OrtSession.Open(
            reference.ModelPath,
            new OrtSessionOptions
            {
                Threads = threads,
                Optimize = optimization,
                AllowSpinning = false,
                MemoryArena = threads == 1,
                MemoryPattern = false
            });

        session.Run([TensorData.FromFloats(reference.Shape, reference.Input)], first);
        session.Run([TensorData.FromFloats(reference.Shape, reference.Input)], second);

        second.ShouldBe(first);
        ReferenceCase.LargestError(first, expected).ShouldBeLessThan(1e-4 * expected.Max(Math.Abs));
    }
}

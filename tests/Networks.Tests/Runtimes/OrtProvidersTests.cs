namespace Cluster.Networks.Tests.Runtimes;

/// <summary>Providers that the library lacks, and the options that they are given.</summary>
public sealed class OrtProvidersTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cluster-providers").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Problem_LibraryWithoutTheProvider_SaysWhichLibraryAndWhereToPutIt() =>
        OrtProviders.Problem("cuda", "1.30.0", path: null, ["CPUExecutionProvider"]).ShouldBe(
            "ONNX Runtime 1.30.0 of the package was built without CUDA: unpack onnxruntime-linux-x64-gpu-1.30.0.tgz of "
            + "its releases anywhere, and set CLUSTER_ONNXRUNTIME to the folder lib in it.");

    [Fact]
    public void Problem_ProviderWithoutItsOwnLibrary_SaysTheSame()
    {
        string[] listed = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"];
        string library = Path.Combine(_root, "libonnxruntime.so");

        OrtProviders.Problem("tensorrt", "1.30.0", library, listed).ShouldBe(
            $"ONNX Runtime 1.30.0 at {library} has no libonnxruntime_providers_tensorrt.so beside it: unpack "
            + "onnxruntime-linux-x64-gpu-1.30.0.tgz of its releases anywhere, and set CLUSTER_ONNXRUNTIME to the folder lib in it.");
        File.WriteAllText(Path.Combine(_root, "libonnxruntime_providers_tensorrt.so"), string.Empty);
        OrtProviders.Problem("tensorrt", "1.30.0", library, listed).ShouldBeNull();
    }

    [Fact]
    public void Problem_Processor_HasNone() => OrtProviders.Problem("cpu").ShouldBeNull();

    [Fact]
    public void Of_TensorRt_HasItsOptionsAndThenThoseOfCuda() => Said(new OrtSessionOptions
    {
        Provider = "tensorrt",
        DeviceId = 1,
        ProviderOptions = new Dictionary<string, string>(StringComparer.Ordinal) { ["trt_int8_enable"] = "1" },
        CudaOptions = new Dictionary<string, string>(StringComparer.Ordinal) { ["use_tf32"] = "0" },
    }).ShouldBe(["tensorrt: trt_int8_enable=1 device_id=1", "cuda: use_tf32=0 device_id=1"]);

    [Fact]
    public void Of_Cuda_HasItsOptions() => Said(new OrtSessionOptions
    {
        Provider = "cuda",
        ProviderOptions = new Dictionary<string, string>(StringComparer.Ordinal) { ["use_tf32"] = "0" },
    }).ShouldBe(["cuda: use_tf32=0 device_id=0"]);

    [Fact]
    public void Of_Processor_AsksNothing() => Said(new OrtSessionOptions()).ShouldBeEmpty();

    [Fact]
    public void Of_UnknownProvider_IsRefused() =>
        Should.Throw<KernelException>(() => Said(new OrtSessionOptions { Provider = "tpu" })).Message.ShouldBe(
            "'tpu' is not a known execution provider: use cpu, cuda or tensorrt.");

    private static string[] Said(OrtSessionOptions options) =>
    [
        .. OrtProviders.Of(options)
            .Select(one => $"{one.Provider}: {string.Join(' ', one.Values.Select(pair => $"{pair.Key}={pair.Value}"))}"),
    ];
}

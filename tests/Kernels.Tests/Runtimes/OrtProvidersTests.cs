using System.Runtime.InteropServices;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>Providers that the library lacks, and how options reach one: by a played table of functions that writes them down.</summary>
public sealed unsafe class OrtProvidersTests : IDisposable
{
    private const int TableLength = 256;

    private static readonly Lock OneAtATime = new();
    private static readonly List<string> Calls = [];

    private readonly string _root = Directory.CreateTempSubdirectory("cluster-providers").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Problem_LibraryWithoutTheProvider_SaysWhichLibraryAndWhereToPutIt() =>
        OrtProviders.Problem("cuda", "1.30.0", "/opt/ort/libonnxruntime.so.1", ["CPUExecutionProvider"]).ShouldBe(
            "ONNX Runtime 1.30.0 at /opt/ort/libonnxruntime.so.1 was built without CUDA: unpack onnxruntime-linux-x64-gpu-1.30.0.tgz of "
            + "its releases anywhere, and set CLUSTER_ONNXRUNTIME to the folder lib in it.");

    [Fact]
    public void Problem_ProviderWithoutItsOwnLibrary_SaysTheSame()
    {
        string[] listed = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"];
        string library = Path.Combine(_root, "libonnxruntime.so.1");

        OrtProviders.Problem("tensorrt", "1.30.0", library, listed).ShouldBe(
            $"ONNX Runtime 1.30.0 at {library} has no libonnxruntime_providers_tensorrt.so beside it: unpack "
            + "onnxruntime-linux-x64-gpu-1.30.0.tgz of its releases anywhere, and set CLUSTER_ONNXRUNTIME to the folder lib in it.");
        File.WriteAllText(Path.Combine(_root, "libonnxruntime_providers_tensorrt.so"), string.Empty);
        OrtProviders.Problem("tensorrt", "1.30.0", library, listed).ShouldBeNull();
        OrtProviders.Problem("cuda", "1.30.0", "libonnxruntime.so.1", listed).ShouldBeNull("the system's loader knows where");
    }

    [Fact]
    public void Problem_Processor_HasNone() => OrtProviders.Problem("cpu").ShouldBeNull();

    [Fact]
    public void Append_TensorRt_GivesItsOptionsAndThenThoseOfCuda() => Appended(new OrtSessionOptions
    {
        Provider = "tensorrt",
        DeviceId = 1,
        ProviderOptions = new Dictionary<string, string>(StringComparer.Ordinal) { ["trt_int8_enable"] = "1" },
        CudaOptions = new Dictionary<string, string>(StringComparer.Ordinal) { ["use_tf32"] = "0" },
    }).ShouldBe(["device_id=1 trt_int8_enable=1", "append 5 to 7", "release 5", "device_id=1 use_tf32=0", "append 6 to 7", "release 6"]);

    [Fact]
    public void Append_Cuda_GivesItsOptions() => Appended(new OrtSessionOptions
    {
        Provider = "cuda",
        ProviderOptions = new Dictionary<string, string>(StringComparer.Ordinal) { ["use_tf32"] = "0" },
    }).ShouldBe(["device_id=0 use_tf32=0", "append 6 to 7", "release 6"]);

    [Fact]
    public void Append_Processor_AsksNothing() => Appended(new OrtSessionOptions()).ShouldBeEmpty();

    [Fact]
    public void Append_UnknownProvider_IsRefused() =>
        Should.Throw<KernelException>(() => Appended(new OrtSessionOptions { Provider = "tpu" })).Message.ShouldBe(
            "'tpu' is not a known execution provider: use cpu, cuda or tensorrt.");

    private static string[] Appended(OrtSessionOptions options)
    {
        void** table = stackalloc void*[TableLength];
        new Span<nint>(table, TableLength).Clear();
        table[170] = table[204] = (delegate* unmanaged<nint, nint, nint>)&Append;
        table[171] = (delegate* unmanaged<nint*, nint>)&CreateTensorRt;
        table[205] = (delegate* unmanaged<nint*, nint>)&CreateCuda;
        table[172] = table[206] = (delegate* unmanaged<nint, byte**, byte**, nuint, nint>)&Update;
        table[174] = table[208] = (delegate* unmanaged<nint, void>)&Release;
        lock (OneAtATime)
        {
            Calls.Clear();
            OrtProviders.Append(new OrtApi(table), session: 7, options);
            return [.. Calls];
        }
    }

    [UnmanagedCallersOnly]
    private static nint CreateTensorRt(nint* options) => Created(options, 5);

    [UnmanagedCallersOnly]
    private static nint CreateCuda(nint* options) => Created(options, 6);

    private static nint Created(nint* options, nint provider)
    {
        *options = provider;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static nint Update(nint options, byte** keys, byte** values, nuint count)
    {
        var pairs = new List<string>();
        for (nuint i = 0; i < count; i++)
        {
            pairs.Add($"{Marshal.PtrToStringUTF8((nint)keys[i])}={Marshal.PtrToStringUTF8((nint)values[i])}");
        }

        Calls.Add(string.Join(' ', pairs));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static nint Append(nint session, nint options)
    {
        Calls.Add($"append {options} to {session}");
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void Release(nint options) => Calls.Add($"release {options}");
}

using System.Runtime.InteropServices;

namespace Cluster.Kernels.Runtimes;

/// <summary>A loaded library with its environment: one per process, as ONNX Runtime wants it.</summary>
internal sealed unsafe class OrtInstance
{
    private const int LogErrors = 3; // ORT_LOGGING_LEVEL_ERROR: its warnings would mix with our standard error
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private OrtInstance(string path, string version, OrtApi api)
    {
        Path = path;
        Version = version;
        Api = api;
        nint environment;
        fixed (byte* name = "cluster\0"u8)
        {
            api.Check(api.CreateEnv(LogErrors, name, &environment), "ONNX Runtime does not start");
        }

        api.Check(api.DisableTelemetryEvents(environment), "ONNX Runtime does not start");
        nint memory;
        api.Check(api.CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory, &memory), "ONNX Runtime does not start");
        nint allocator;
        api.Check(api.GetAllocatorWithDefaultOptions(&allocator), "ONNX Runtime does not start");
        Environment = environment;
        CpuMemory = memory;
        Allocator = allocator;
        Arena = new OrtSharedArena(api, environment);
        Providers = ReadProviders();
    }

    public string Path { get; }

    public string Version { get; }

    public OrtApi Api { get; }

    public nint Environment { get; }

    public nint CpuMemory { get; }

    public nint Allocator { get; }

    public OrtSharedArena Arena { get; }

    public IReadOnlyList<string> Providers { get; }

    public static OrtInstance Load()
    {
        (nint handle, string path) = OrtLibrary.Load();
        if (!NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out nint entry))
        {
            throw new KernelException($"'{path}' is a library without OrtGetApiBase, so not ONNX Runtime's: run `./cluster doctor`.");
        }

        // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t); const char* (*GetVersionString)(void); }
        void** apiBase = ((delegate* unmanaged<void**>)entry)();
        string version = OrtRuntime.Text(((delegate* unmanaged<byte*>)apiBase[1])());

        // The version is judged first: GetApi writes to standard error when it is asked for a table it lacks.
        if (!System.Version.TryParse(version.Split('-', '+')[0], out Version? parsed)
            || parsed.Major != 1
            || parsed.Minor < OrtApi.ApiVersion)
        {
            throw new KernelException(
                $"'{path}' is ONNX Runtime '{version}', but 1.{OrtApi.ApiVersion} or newer is needed: run `./cluster doctor`.");
        }

        void** table = ((delegate* unmanaged<uint, void**>)apiBase[0])(OrtApi.ApiVersion);
        return table is null
            ? throw new KernelException(
                $"ONNX Runtime {version} at '{path}' does not offer version {OrtApi.ApiVersion} of its C API: run `./cluster doctor`.")
            : new OrtInstance(path, version, new OrtApi(table));
    }

    private string[] ReadProviders()
    {
        byte** names;
        int count;
        Api.Check(Api.GetAvailableProviders(&names, &count), "ONNX Runtime does not list its execution providers");
        string[] providers = new string[count];
        for (int i = 0; i < count; i++)
        {
            providers[i] = OrtRuntime.Text(names[i]);
        }

        Api.Check(Api.ReleaseAvailableProviders(names, count), "ONNX Runtime does not list its execution providers");
        return providers;
    }
}

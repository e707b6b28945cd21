using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Finds libcluster_kernels.so (environment variable CLUSTER_NATIVE_LIBRARY, beside the program, native beside the bin
/// that the program is in, .build/native of an enclosing folder)
/// and refuses one that was compiled for another interface or another libtorch than the process has.
/// </summary>
internal static unsafe class NativeLoader
{
    /// <summary>CK_ABI_VERSION of cluster_kernels.h.</summary>
    private const int AbiVersion = 5;

    private const string FileName = "libcluster_kernels.so";
    private const string Remedy = "run ./cluster doctor";

    private static readonly Lazy<nint> Handle = new(Load);

    internal static void Prepare() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    /// <summary>The file that is or would be loaded, or null where there is none.</summary>
    internal static string? Path => Candidates(Environment.GetEnvironmentVariable("CLUSTER_NATIVE_LIBRARY"), AppContext.BaseDirectory)
        .FirstOrDefault(File.Exists);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        string.Equals(name, NativeMethods.Library, StringComparison.Ordinal) ? Handle.Value : 0;

    private static nint Load()
    {
        string path = Path ?? throw new KernelException(
                $"{FileName} was not found beside the program or in .build/native; {Remedy}, or name the file in CLUSTER_NATIVE_LIBRARY.");

        // TorchSharp's package brings its own libtorch: it has to be in the process first, so that this library binds
        // to it.
        torch.InitializeDeviceType(DeviceType.CPU);
        if (!NativeLibrary.TryLoad(path, out nint library))
        {
            throw new KernelException($"{path} cannot be loaded together with this machine's libtorch; {Remedy}, which rebuilds it.");
        }

        int abi = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "ck_abi_version"))();
        if (abi != AbiVersion)
        {
            throw new KernelException($"{path} has interface {abi} but interface {AbiVersion} is needed; {Remedy}, which rebuilds it.");
        }

        CheckVersion(path, library);
        return library;
    }

    private static void CheckVersion(string path, nint library)
    {
        string compiled = Text(((delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "ck_torch_version"))());
        byte* text;
        int status = ((delegate* unmanaged<byte**, int>)NativeLibrary.GetExport(library, "ck_loaded_torch_version"))(&text);
        string loaded = status == 0 ? Text(text) : string.Empty;

        // A libtorch that does not say its version (some distributions strip it) is taken at TorchSharp's word.
        loaded = loaded.Length == 0 ? torch.__version__ : loaded;
        if (!string.Equals(MajorMinor(compiled), MajorMinor(loaded), StringComparison.Ordinal))
        {
            throw new KernelException(
                $"{path} was compiled for libtorch {compiled} but the process has libtorch {loaded}; {Remedy}, which rebuilds it.");
        }
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;

    private static string MajorMinor(string version) => string.Join('.', version.Split('.').Take(2));

    internal static IEnumerable<string> Candidates(string? named, string program)
    {
        if (!string.IsNullOrEmpty(named))
        {
            yield return named;
        }

        yield return System.IO.Path.Combine(program, FileName);
        for (DirectoryInfo? folder = new(program); folder is not null; folder = folder.Parent)
        {
            // A build with its own feed has its own library beside its bin: the default build's is for another
            // libtorch.
            if (folder is { Name: "bin", Parent: { } build })
            {
                yield return System.IO.Path.Combine(build.FullName, "native", FileName);
            }

            yield return System.IO.Path.Combine(folder.FullName, ".build", "native", FileName);
        }
    }
}

using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>Finds libcluster_kernels.so: CLUSTER_NATIVE_LIBRARY, beside the assembly, then .build/native of an enclosing folder.</summary>
internal static class NativeLibraryResolver
{
    private const string FileName = "libcluster_kernels.so";

    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraryResolver).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.Equals(name, NativeMethods.Library, StringComparison.Ordinal))
        {
            return 0;
        }

        string path = Candidates().FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException(
                $"{FileName} was not found beside the program or in .build/native; "
                + "run ./cluster doctor, or name it in CLUSTER_NATIVE_LIBRARY.");
        return NativeLibrary.Load(path);
    }

    private static IEnumerable<string> Candidates()
    {
        string? named = Environment.GetEnvironmentVariable("CLUSTER_NATIVE_LIBRARY");
        if (!string.IsNullOrEmpty(named))
        {
            yield return named;
        }

        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, ".build", "native", FileName);
        }
    }
}

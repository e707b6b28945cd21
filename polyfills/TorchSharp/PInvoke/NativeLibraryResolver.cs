using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>
/// Finds libcluster_kernels.so: CLUSTER_NATIVE_LIBRARY, beside the program, native beside its bin, then .build/native
/// of an enclosing folder.
/// </summary>
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

        string? named = Environment.GetEnvironmentVariable("CLUSTER_NATIVE_LIBRARY");
        string path = Candidates(named, AppContext.BaseDirectory).FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException(
                $"{FileName} was not found beside the program or in .build/native; "
                + "run ./cluster doctor, or name it in CLUSTER_NATIVE_LIBRARY.");
        return NativeLibrary.Load(path);
    }

    internal static IEnumerable<string> Candidates(string? named, string program)
    {
        if (!string.IsNullOrEmpty(named))
        {
            yield return named;
        }

        yield return Path.Combine(program, FileName);
        for (DirectoryInfo? folder = new(program); folder is not null; folder = folder.Parent)
        {
            // A build with a feed of its own has its own library, beside its bin: the default build's is for another libtorch.
            if (folder is { Name: "bin", Parent: { } build })
            {
                yield return Path.Combine(build.FullName, "native", FileName);
            }

            yield return Path.Combine(folder.FullName, ".build", "native", FileName);
        }
    }
}

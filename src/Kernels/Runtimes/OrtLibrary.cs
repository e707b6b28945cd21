using System.Reflection;
using System.Runtime.InteropServices;

namespace Cluster.Kernels.Runtimes;

/// <summary>Finds and loads the ONNX Runtime library.</summary>
internal static class OrtLibrary
{
    /// <summary>Environment variable with the library's path, or the folder it is in.</summary>
    public const string PathVariable = "CLUSTER_ONNXRUNTIME";

    private static readonly string[] FileNames = ["libonnxruntime.so.1", "libonnxruntime.so"];

    /// <summary>Loads the first usable library of the search order.</summary>
    /// <exception cref="KernelException">No library was found, or the one that was named does not load.</exception>
    public static (nint Handle, string Path) Load()
    {
        string? named = Environment.GetEnvironmentVariable(PathVariable);
        if (!string.IsNullOrEmpty(named))
        {
            return LoadNamed(named);
        }

        List<string> refused = [];
        foreach (string path in Candidates(AppContext.BaseDirectory))
        {
            if (NativeLibrary.TryLoad(path, out nint handle))
            {
                return (handle, path);
            }

            refused.Add(path);
        }

        foreach (string name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), DllImportSearchPath.SafeDirectories, out nint handle))
            {
                return (handle, name);
            }
        }

        string found = refused.Count == 0 ? "was not found" : $"does not load from {string.Join(", ", refused)}";
        throw new KernelException($"ONNX Runtime's library {found}: run `./cluster doctor`, or set {PathVariable} to libonnxruntime.so.1.");
    }

    /// <summary>
    /// Library files beside the program, then in `.tools/onnxruntime` of each folder above it, in a fixed order.
    /// </summary>
    internal static IEnumerable<string> Candidates(string baseDirectory)
    {
        foreach (string name in FileNames)
        {
            string beside = Path.Combine(baseDirectory, name);
            if (File.Exists(beside))
            {
                yield return beside;
            }
        }

        for (DirectoryInfo? folder = new(baseDirectory); folder is not null; folder = folder.Parent)
        {
            string tools = Path.Combine(folder.FullName, ".tools", "onnxruntime");
            if (!Directory.Exists(tools))
            {
                continue;
            }

            string[] files = Directory.GetFiles(tools, "libonnxruntime.so*", SearchOption.AllDirectories);
            Array.Sort(files, StringComparer.Ordinal);
            foreach (string file in files)
            {
                yield return file;
            }
        }
    }

    /// <summary>Loads the library that the variable names: a file, or the folder it is in.</summary>
    internal static (nint Handle, string Path) LoadNamed(string named)
    {
        string path = Directory.Exists(named)
            ? Array.Find(Array.ConvertAll(FileNames, name => Path.Combine(named, name)), File.Exists) ?? named
            : named;
        return NativeLibrary.TryLoad(path, out nint handle)
            ? (handle, path)
            : throw new KernelException(
                $"{PathVariable} is '{named}', which does not load as ONNX Runtime's library: set it to libonnxruntime.so.1, or "
                + "unset it and run `./cluster doctor`.");
    }
}

using System.Runtime.InteropServices;

namespace Cluster.Kernels.Runtimes;

/// <summary>The ONNX Runtime library of this process, loaded at first use and never unloaded.</summary>
public static unsafe class OrtRuntime
{
    private static readonly Lazy<OrtInstance> Loaded = new(OrtInstance.Load);

    /// <summary>Version of the library, e.g. "1.30.0".</summary>
    /// <exception cref="KernelException">The library was not found or is too old.</exception>
    public static string Version => Loaded.Value.Version;

    /// <summary>File from which the library was loaded, or its bare name when the system's loader found it.</summary>
    /// <exception cref="KernelException">The library was not found or is too old.</exception>
    public static string LibraryPath => Loaded.Value.Path;

    /// <summary>
    /// Execution providers built into the library, e.g. "CPUExecutionProvider"; of a GPU one it doesn't say that its
    /// libraries are there.
    /// </summary>
    /// <exception cref="KernelException">The library was not found or is too old.</exception>
    public static IReadOnlyList<string> Providers => Loaded.Value.Providers;

    internal static OrtInstance Instance => Loaded.Value;

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? string.Empty;
}

using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Loads TorchSharp's native library on systems whose libstdc++ is older than the one it was built with. It requires GLIBCXX_3.4.32, which
/// Debian 12 lacks, for a single symbol that it never uses, so the loader refuses it. In that case a copy in memory, in which this version
/// is marked weak (<see cref="ElfVersions"/>), is loaded instead: no file is written.
/// </summary>
public static partial class TorchLibrary
{
    private const string Name = "LibTorchSharp";
    private const string FileName = $"lib{Name}.so";
    private const string Version = "GLIBCXX_3.4.32";

    // The libraries that FileName links, in loading order: a library in memory has no folder in which to find its neighbours.
    private static readonly string[] Neighbours = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>Whether this process uses the copy, because the system's libstdc++ is older.</summary>
    public static bool IsMended => Handle.IsValueCreated;

    // At the first use of this assembly, before TorchSharp looks for its library.
#pragma warning disable CA2255 // A program would have to know that it must call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Watch() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;

    private static nint Resolve(Assembly assembly, string name) =>
        OperatingSystem.IsLinux() && name is Name or FileName or Name + ".so" or "lib" + Name && Folder() is not null ? Handle.Value : 0;

    private static string? Folder()
    {
        string[] folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty).Split(Path.PathSeparator);
        return folders.Append(AppContext.BaseDirectory).FirstOrDefault(folder => File.Exists(Path.Combine(folder, FileName)));
    }

    private static nint Load()
    {
        string file = Path.Combine(Folder()!, FileName);
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            ElfVersions.Weaken(bytes, Version);
            foreach (string neighbour in Neighbours)
            {
                NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(file)!, neighbour));
            }

            return LoadFromMemory(bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException or KernelException)
        {
            throw new KernelException(
                $"{file} cannot be loaded: {failure.Message} It was built for the libstdc++ of Debian 13 and Ubuntu 24.04 ({Version}); "
                + "run the program there.",
                failure);
        }
    }

    private static nint LoadFromMemory(byte[] bytes)
    {
        int descriptor = memfd_create(FileName, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Memory for a copy was refused: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, bytes, 0);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}

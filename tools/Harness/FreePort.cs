using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Harness;

/// <summary>Free ports, each given once among the processes of this machine that ask here.</summary>
internal static class FreePort
{
    // From 32,768 on the kernel gives ports to outgoing connections, which may come between the question and the start of a server.
    // Grains.Tests counts from 21,000.
    private const int First = 22_000;
    private const int End = 32_768;

    private static readonly ConcurrentDictionary<int, bool> Given = [];

    // A byte of it is locked for each port, until this process ends.
    private static readonly FileStream Claims = new(
        Path.Combine(Path.GetTempPath(), $"cluster-ports-{Environment.UserName}"),
        FileMode.OpenOrCreate,
        FileAccess.Write,
        FileShare.ReadWrite);

    public static int Next()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            if (Given.TryAdd(port, true) && IsClaimed(port) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsClaimed(int port)
    {
        try
        {
            // macOS has no such locks.
            if (!OperatingSystem.IsMacOS())
            {
                Claims.Lock(port, 1);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

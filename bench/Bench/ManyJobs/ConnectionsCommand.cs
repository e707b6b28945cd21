using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;

namespace Cluster.Bench.ManyJobs;

/// <summary>
/// `bench connections`: a silo while clients of many addresses hold connections open and send nothing, and while they send bodies of
/// requests byte by byte: what it holds, whom it still answers, and how many connections it has ended.
/// </summary>
internal static class ConnectionsCommand
{
    private const int Addresses = 200;
    private const string Token = "the-token-of-this-measurement";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var idle = new Option<int>("--idle") { DefaultValueFactory = _ => 10_000, Description = "connections that send nothing" };
        var slow = new Option<int>("--slow") { DefaultValueFactory = _ => 4000, Description = "connections whose bodies are slow" };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 60, Description = "for how long each" };
        var command = new Command("connections", "A silo with many idle connections, then with many slow bodies.") { idle, slow, seconds };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = Directory.CreateTempSubdirectory("cluster-connections-");
            await RunAsync(
                Path.Combine(folder.FullName, "data"),
                parsed.GetValue(idle),
                parsed.GetValue(slow),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                cancellation);
            folder.Delete(recursive: true);
        });
        return command;
    }

    private static async Task RunAsync(string data, int idle, int slow, TimeSpan length, CancellationToken cancellation)
    {
        int page = FreePort.Next();
        string token = $"{data}.token";
        await File.WriteAllTextAsync(token, Token, cancellation);
        using var silo = new AloneSilo(
            data,
            "--devices", "cpu:1", "--in-process", "--page", page.ToString(CultureInfo.InvariantCulture), "--token-file", token);
        await silo.StartAsync(cancellation);
        Console.WriteLine("| what | asked for | open at once | open after | ListJobs p50 ms | max ms | silo, MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        byte[] head = Encoding.ASCII.GetBytes(
            $"POST /v1/jobs/none:pause HTTP/1.1\r\nHost: 127.0.0.1:{page}\r\nAuthorization: Bearer {Token}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n");
        await RowAsync("nothing", silo, 0, silo.Port, [], length / 10, cancellation);
        await RowAsync("idle", silo, idle, silo.Port, [], length, cancellation);
        await RowAsync("slow bodies", silo, slow, page, head, length, cancellation);
        await RowAsync("nothing", silo, 0, silo.Port, [], length / 10, cancellation);
    }

    private static async Task RowAsync(
        string what, AloneSilo silo, int count, int port, byte[] head, TimeSpan length, CancellationToken cancellation)
    {
        var open = new List<Socket>();
        for (int i = 0; i < count; i++)
        {
            if (await OpenAsync(i, port, head, cancellation) is { } socket)
            {
                open.Add(socket);
            }
        }

        int atOnce = open.Count(IsOpen);
        var took = new List<double>();
        using var channel = silo.Connect();
        var jobs = new JobService.JobServiceClient(channel);
        long began = Stopwatch.GetTimestamp();
        do
        {
            long asked = Stopwatch.GetTimestamp();
            await jobs.ListJobsAsync(
                new ListJobsRequest(),
                new Metadata { { "authorization", $"Bearer {Token}" } },
                DateTime.UtcNow + Patience,
                cancellation);
            took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            foreach (var socket in head.Length > 0 ? open.Where(IsOpen) : [])
            {
                await TrySendAsync(socket, "x"u8.ToArray(), cancellation);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        }
        while (Stopwatch.GetElapsedTime(began) < length);

        took.Sort();
        var (after, median) = (open.Count(IsOpen), took[took.Count / 2]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {count} | {atOnce} | {after} | {median:0.0} | {took[^1]:0.0} | {silo.Resident() >> 20} |"));
        open.ForEach(socket => socket.Dispose());
    }

    // A client has one of many addresses of the loopback network, as a server shares its connections among them.
    private static async Task<Socket?> OpenAsync(int number, int port, byte[] head, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (number % Addresses))]), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            await TrySendAsync(socket, head, cancellation);
            return socket;
        }
        catch (SocketException)
        {
            // Refused: not counted as open.
            socket.Dispose();
            return null;
        }
    }

    private static async Task TrySendAsync(Socket socket, byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(bytes, cancellation);
        }
        catch (SocketException)
        {
            // The server has ended the connection, which is what is counted.
        }
    }

    // An end that was told is readable and has nothing to read; an answer, such as a refusal, counts as one too.
    private static bool IsOpen(Socket socket) => socket.Connected && !socket.Poll(0, SelectMode.SelectRead);
}

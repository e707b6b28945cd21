namespace Cluster.Tests;

/// <summary>
/// npm's s3rver as a process, an S3 service that is not ours, on a free port and a folder of its own. It ends with this
/// process, however that ends.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    /// <summary>The one key that it takes, and its secret.</summary>
    public const string Key = "S3RVER";

    private const string Listens = "S3rver listening on ";

    // Its input ends with the process that holds the other end.
    private const string Script = "\"$@\" & pid=$!; read -r _; kill -9 \"$pid\"; wait \"$pid\"";

    // Amazon's client escapes the slashes of a copy's source, which S3 undoes and s3rver does not.
    private const string WholePaths = "data:text/javascript,globalThis.decodeURI=decodeURIComponent";

    private readonly WorkFolder _folder = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private Process? _shell;
    private Uri? _address;
    private int _prefixes;

    /// <summary>The bucket that is there.</summary>
    public static string Bucket => "artefacts";

    /// <summary>The folder in which it keeps the bucket's objects.</summary>
    public string ObjectFolder => _folder[Bucket];

    /// <summary>A place in the bucket that nobody else has.</summary>
    public string NewPlace() => $"s3://{Bucket}/test{Interlocked.Increment(ref _prefixes)}";

    /// <summary>Its address, once it takes calls; skips the test where it is not installed.</summary>
    public async Task<Uri> AddressAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _address ??= await StartAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync(CancellationToken.None);
            _shell.Dispose();
        }

        _folder.Dispose();
        _starting.Dispose();
    }

    private async Task<Uri> StartAsync()
    {
        string program = Checkout.At(".tools", "s3rver", "node_modules", "s3rver", "bin", "s3rver.js");
        string? node = Checkout.Program("node");
        Assert.SkipWhen(node is null || !File.Exists(program), "There is no s3rver in .tools, or no node: .ci/run installs it.");
        string[] command =
        [
            "-c", Script, "sh", node!, "--import", WholePaths, program,
            "--directory", _folder.Root, "--address", "127.0.0.1", "--port", "0", "--silent",
            "--no-vhost-buckets", "--configure-bucket", Bucket,
        ];
        _shell = Process.Start(new ProcessStartInfo("/bin/sh", command)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = _shell.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await _shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(Listens, StringComparison.Ordinal))
            {
                _ = _shell.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new Uri($"http://{line[Listens.Length..]}");
            }
        }

        throw new InvalidOperationException($"s3rver does not start: {await error}");
    }
}

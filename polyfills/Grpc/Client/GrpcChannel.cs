using Grpc.Client;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>A way to a server over HTTP/2. Make one and keep it: it holds the connections.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _transport;
    private readonly bool _ownsTransport;
    private readonly CancellationTokenSource _disposed = new();

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new ArgumentException(
                $"The address is {address} where http://HOST:PORT or https://HOST:PORT is expected.", nameof(address));
        }

        Address = address;
        Options = options;
        _ownsTransport = options.DisposeHttpClient || options.HttpHandler is null;

        // One connection carries as many calls as the server allows; then another is opened.
        _transport = new HttpMessageInvoker(
            options.HttpHandler
                ?? new SocketsHttpHandler
                {
                    EnableMultipleHttp2Connections = true,
                    UseProxy = false,
                    UseCookies = false,
                    AllowAutoRedirect = false,
                },
            _ownsTransport);
    }

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    /// <summary>Cancelled when the channel is disposed of.</summary>
    internal CancellationToken Disposed => _disposed.Token;

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions) => new(address, channelOptions);

    /// <exception cref="ObjectDisposedException">The channel was disposed of.</exception>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        return new HttpCallInvoker(this);
    }

    public void Dispose()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        _disposed.Cancel();
        if (_ownsTransport)
        {
            _transport.Dispose();
        }
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _transport.SendAsync(request, cancellationToken);
}

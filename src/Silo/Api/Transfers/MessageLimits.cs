using System.Buffers;
using System.Buffers.Binary;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;
using ArtefactCalls = Cluster.Contract.V1.ArtefactService.ArtefactServiceBase;
using GrpcService = Google.Protobuf.Reflection.ServiceDescriptor;
using JobCalls = Cluster.Contract.V1.JobService.JobServiceBase;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Transfers;

/// <summary>
/// The limits of a request's bytes, by method, and of those of one caller and of all that are answered at once. They hold before anything
/// is read: gRPC knows one limit for a service, and a message is in memory several times over once it is parsed.
/// </summary>
internal static class MessageLimits
{
    /// <summary>Bytes of a request that has names, numbers and a few texts.</summary>
    public const int Usual = 64 << 10;

    // A byte for flags, and the length (gRPC over HTTP/2, "Length-Prefixed-Message").
    private const int PrefixLength = 5;
    private const string Health = "grpc.health.v1.Health";

    private static readonly Dictionary<string, int> Others = new(StringComparer.Ordinal)
    {
        // Anyone may ask, without a token.
        [$"{Health}/Check"] = 1 << 10,
        [$"{Health}/Watch"] = 1 << 10,

        // A document of a million characters, and lists of names.
        [Of(V1.JobService.Descriptor, nameof(JobCalls.CreateJob))] = 4 << 20,

        // Two numbers for each image that plans answer differently.
        [Of(V1.JobService.Descriptor, nameof(JobCalls.LabelImages))] = 1 << 20,

        // A number for each of four million samples.
        [Of(V1.JobService.Descriptor, nameof(JobCalls.ScorePredictions))] = 32 << 20,

        // Each of its messages; how many calls there are is limited by itself.
        [Of(V1.ArtefactService.Descriptor, nameof(ArtefactCalls.UploadArtefact))] = 4 << 20,
    };

    /// <summary>The limit of a method, in bytes.</summary>
    /// <param name="method">Its full name, without a slash before it.</param>
    public static int Of(string method) => Others.GetValueOrDefault(method, Usual);

    /// <summary>The largest limit of a service's methods, in bytes.</summary>
    public static int LargestOf(GrpcService service) => service.Methods.Max(method => Of(Of(service, method.Name)));

    /// <summary>Lets a call go on whose request has room, and refuses it otherwise. To be asked after authorization.</summary>
    public static async Task AnswerAsync(HttpContext call, RequestDelegate next)
    {
        if (call.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type
            is not (MethodType.Unary or MethodType.ServerStreaming))
        {
            // A stream's messages come one by one.
            await next(call);
            return;
        }

        IDisposable? place;
        try
        {
#pragma warning disable CA2000 // The call's end disposes of it.
            place = await EnterAsync(call);
#pragma warning restore CA2000
        }
        catch (RpcException refused)
        {
            await Refusal.CountAndSendAsync(call, refused);
            return;
        }

        using (place)
        {
            await next(call);
        }
    }

    private static async Task<IDisposable?> EnterAsync(HttpContext call)
    {
        int length = await LengthAsync(call);

        // Health is asked of a server that is full, too.
        return CallLimit.IsHealth(call)
            ? null
            : call.RequestServices.GetRequiredService<TransferLimits>().Requests.Enter(CallerTenant.ShareOf(call), PrefixLength + length);
    }

    private static string Of(GrpcService service, string method) => $"{service.FullName}/{method}";

    private static async Task<int> LengthAsync(HttpContext call)
    {
        var size = call.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (call.GetEndpoint()!.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null)
        {
            // The page's port limits them.
            long most = HttpMethods.IsGet(call.Request.Method) ? 0 : size?.MaxRequestBodySize ?? Usual;
            return (int)Math.Min(call.Request.ContentLength ?? most, most);
        }

        // The server's own limit would be below that of some methods.
        size?.MaxRequestBodySize = null;
        string method = CallLimit.MethodOf(call);
        long length = await AnnouncedAsync(call.Request.BodyReader, call.RequestAborted);
        return length <= Of(method) ? (int)length : throw ApiError.Of(
            StatusCode.ResourceExhausted,
            Reason.RequestTooLarge,
            $"The request has {length} bytes where {method} takes at most {Of(method)}: send less.",
            ("limit_bytes", $"{Of(method)}"));
    }

    // gRPC reads the bytes again; without any it says so itself.
    private static async Task<long> AnnouncedAsync(PipeReader body, CancellationToken cancellation)
    {
        var read = await body.ReadAtLeastAsync(PrefixLength, cancellation);
        try
        {
            return Length(read.Buffer);
        }
        finally
        {
            body.AdvanceTo(read.Buffer.Start);
        }
    }

    private static long Length(in ReadOnlySequence<byte> start)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        if (start.Length < PrefixLength)
        {
            return 0;
        }

        start.Slice(0, PrefixLength).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
    }
}

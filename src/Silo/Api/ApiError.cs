using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using RichStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Cluster.Silo.Api;

/// <summary>Makes the errors that callers see: a canonical code, a sentence, and details for programs.</summary>
internal static class ApiError
{
    public const string Domain = "cluster";

    // Sentence and details are headers twice over, of which stock clients take 8 KiB.
    private const int MostCharacters = 1000;

    private const string DetailsKey = "grpc-status-details-bin";

    /// <param name="sentence">What was found, what was expected, what to do.</param>
    public static RpcException Of(StatusCode code, string reason, string sentence, params IEnumerable<(string Key, string Value)> metadata)
    {
        var info = new ErrorInfo { Reason = reason, Domain = Domain };
        foreach (var (key, value) in metadata)
        {
            info.Metadata.Add(key, value);
        }

        return Make(code, sentence, info);
    }

    /// <summary>The request is wrong, in one field.</summary>
    public static RpcException Field(string reason, string field, string sentence) => Fields(reason, [(field, sentence)]);

    /// <summary>The request is wrong, in one or more fields.</summary>
    public static RpcException Fields(string reason, IReadOnlyList<(string Field, string Sentence)> violations)
    {
        var request = new BadRequest();
        request.FieldViolations.AddRange(violations.Select(
            violation => new BadRequest.Types.FieldViolation { Field = violation.Field, Description = Cut(violation.Sentence) }));
        return Make(
            StatusCode.InvalidArgument,
            string.Join(' ', violations.Select(violation => violation.Sentence)),
            new ErrorInfo { Reason = reason, Domain = Domain },
            request);
    }

    /// <summary>A later retry may help.</summary>
    public static RpcException Later(StatusCode code, string reason, string sentence, TimeSpan after) =>
        Make(
            code,
            sentence,
            new ErrorInfo { Reason = reason, Domain = Domain },
            new RetryInfo { RetryDelay = Duration.FromTimeSpan(after) });

    /// <summary>An error with its details.</summary>
    public static RichStatus DetailsOf(RpcException error) => error.Trailers.GetValueBytes(DetailsKey) is { } details
        ? RichStatus.Parser.ParseFrom(details)
        : new RichStatus { Code = (int)error.StatusCode, Message = error.Status.Detail };

    private static string Cut(string text) => text.Length <= MostCharacters ? text : $"{text[..(MostCharacters - 1)]}…";

    private static RpcException Make(StatusCode code, string words, params IEnumerable<IMessage> details)
    {
        string sentence = Cut(words);
        var status = new RichStatus { Code = (int)code, Message = sentence };
        status.Details.AddRange(details.Select(Any.Pack));
        return new RpcException(new Status(code, sentence), new Metadata { { DetailsKey, status.ToByteArray() } });
    }
}

using System.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>
/// Limits for the lengths of a request's texts, which are stored, logged and shown to others, and of its lists. Also checks that its times
/// are valid.
/// </summary>
internal static class TextLimits
{
    private const int Usual = 4000;
    private const int Sentence = 1000;
    private const int Document = 1 << 20;
    private const int MostInAList = 10_000;

    private static readonly Dictionary<(MessageDescriptor Message, int Field), int> Others = new()
    {
        [(V1.CancelJobRequest.Descriptor, V1.CancelJobRequest.ReasonFieldNumber)] = Sentence,
        [(V1.JobSpec.Descriptor, V1.JobSpec.PreprocessFieldNumber)] = Document,
    };

    // An entry for each image: MessageLimits bounds them by their bytes.
    private static readonly HashSet<(MessageDescriptor Message, int Field)> LongLists =
    [
        (V1.LabelImagesRequest.Descriptor, V1.LabelImagesRequest.LabelsFieldNumber),
        (V1.ScorePredictionsRequest.Descriptor, V1.ScorePredictionsRequest.NumbersFieldNumber),
    ];

    /// <summary>Refuses a request with a text or a list that is too long; the message names the field.</summary>
    /// <exception cref="RpcException">One is too long.</exception>
    public static void Require(IMessage request) => Require(request, string.Empty);

    private static void Require(IMessage message, string prefix)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            string name = prefix + field.Name;
            object? value = field.Accessor.GetValue(message);
            if (value is ICollection { Count: > MostInAList } list && !LongLists.Contains((field.ContainingType, field.FieldNumber)))
            {
                throw Refused(name, $"{list.Count} entries", $"{MostInAList}", "give fewer");
            }

            switch (value)
            {
                case string text:
                    Require(field, name, text);
                    break;
                case Duration time when !IsOne(time):
                    throw Refused(name, $"{time.Seconds} s and {time.Nanos} ns", "10000 years, the rest of a second in ns", "correct it");
                case IMessage inner:
                    Require(inner, $"{name}.");
                    break;
                case IEnumerable<IMessage> inners:
                    foreach (var each in inners)
                    {
                        Require(each, $"{name}.");
                    }

                    break;
                case IEnumerable<string> texts:
                    foreach (string text in texts)
                    {
                        Require(field, name, text);
                    }

                    break;
            }
        }
    }

    // The limits in google/protobuf/duration.proto.
    private static bool IsOne(Duration time) => Math.Abs((decimal)time.Seconds) <= Duration.MaxSeconds
        && Math.Abs((long)time.Nanos) < Duration.NanosecondsPerSecond
        && !(time.Seconds < 0 && time.Nanos > 0) && !(time.Seconds > 0 && time.Nanos < 0);

    private static void Require(FieldDescriptor field, string name, string text)
    {
        int most = Others.GetValueOrDefault((field.ContainingType, field.FieldNumber), Usual);
        if (text.Length > most)
        {
            throw Refused(name, $"{text.Length} characters", most.ToString(CultureInfo.InvariantCulture), "shorten it");
        }
    }

    private static RpcException Refused(string field, string found, string most, string advice) => ApiError.Field(
        Reason.RequestInvalid, field, $"The field {field} has {found} where at most {most} are expected: {advice}.");
}

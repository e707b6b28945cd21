using Google.Protobuf.Reflection;
namespace Cluster.Silo.Api;

/// <summary>
/// Removes the server's paths from an answer's sentences. Reasons may come from silos or versions that did not do so themselves, so it is
/// repeated on the way out.
/// </summary>
internal static class RedactedReasons
{
    private static readonly string[] Sentences = ["reason", "message", "problem"];

    /// <summary>The same message with its sentences, and those of nested messages, made safe for callers.</summary>
    public static T Redact<T>(this T message, Func<string, string> redact)
        where T : IMessage
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.IsMap || (field.FieldType == FieldType.Message && !field.IsRepeated && !field.Accessor.HasValue(message))
                ? null
                : field.Accessor.GetValue(message);
            switch (value)
            {
                case string text when text.Length > 0 && Sentences.Contains(field.Name, StringComparer.Ordinal):
                    field.Accessor.SetValue(message, redact(text));
                    break;
                case IMessage inner:
                    inner.Redact(redact);
                    break;
                case System.Collections.IList list when field.FieldType == FieldType.Message:
                    foreach (object? one in list)
                    {
                        ((IMessage)one!).Redact(redact);
                    }

                    break;
            }
        }

        return message;
    }
}

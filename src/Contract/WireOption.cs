using System.Reflection;
using Cluster.Coordinator.Model.Options;
using Google.Protobuf.Collections;

namespace Cluster.Contract;

/// <summary>An option of a job and the field of its name in the contract. What is left open is not set, in either direction.</summary>
internal sealed class WireOption
{
    private readonly PropertyInfo _option;
    private readonly PropertyInfo _field;
    private readonly PropertyInfo? _isSet;
    private readonly MethodInfo? _clear;

    /// <exception cref="InvalidOperationException">The contract has no field of its name.</exception>
    public WireOption(PropertyInfo option)
    {
        _option = option;
        _field = typeof(V1.JobSpec).GetProperty(option.Name)
            ?? throw new InvalidOperationException($"The contract's JobSpec has no field for the option {option.Name}.");
        _isSet = typeof(V1.JobSpec).GetProperty($"Has{option.Name}");
        _clear = typeof(V1.JobSpec).GetMethod($"Clear{option.Name}");
    }

    public void Write(JobOptions options, V1.JobSpec spec)
    {
        object? value = _option.GetValue(options);
        if (_field.GetValue(spec) is RepeatedField<string> list)
        {
            list.Clear();
            list.AddRange((IEnumerable<string>?)value ?? []);
        }
        else if (_field.PropertyType.IsEnum)
        {
            _field.SetValue(spec, value is null ? Enum.ToObject(_field.PropertyType, 0) : Enum.Parse(_field.PropertyType, $"{value}"));
        }
        else if (value is not null)
        {
            _field.SetValue(spec, value);
        }
        else if (_clear is not null)
        {
            _clear.Invoke(spec, null);
        }
        else
        {
            _field.SetValue(spec, string.Empty);
        }
    }

    public void Read(V1.JobSpec spec, JobOptions options)
    {
        if (_isSet?.GetValue(spec) is false)
        {
            return;
        }

        object? value = _field.GetValue(spec) switch
        {
            RepeatedField<string> list => list.Count == 0 ? null : list.ToArray(),
            string text => text.Length == 0 ? null : text,
            Enum member => Convert.ToInt32(member, null) == 0 ? null : ChoiceOf(member),
            var number => number,
        };
        if (value is not null)
        {
            _option.SetValue(options, value);
        }
    }

    // A member of a later contract keeps its number, which the option's limits refuse.
    private object ChoiceOf(Enum member)
    {
        var choices = Nullable.GetUnderlyingType(_option.PropertyType) ?? _option.PropertyType;
        return Enum.IsDefined(choices, $"{member}")
            ? Enum.Parse(choices, $"{member}")
            : Enum.ToObject(choices, Convert.ToInt32(member, null));
    }
}

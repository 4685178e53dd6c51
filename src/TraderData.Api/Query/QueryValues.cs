namespace TraderData.Api;

/// <summary>The parameters of one query, decoded, by their place in the endpoint's list.</summary>
internal readonly struct QueryValues(IReadOnlyList<Parameter> known)
{
    private readonly string?[] _values = new string?[known.Count];

    /// <summary>The value of a parameter; null when the query does not have it, or the endpoint does not know it.</summary>
    public string? this[Parameter parameter]
    {
        get
        {
            for (var i = 0; i < _values.Length; i++)
            {
                if (ReferenceEquals(known[i], parameter))
                    return _values[i];
            }

            return null;
        }
    }

    /// <summary>Keeps a value.</summary>
    /// <returns>Null when it is kept; the error when the name is not known or came before.</returns>
    public ApiError? Add(string name, string value)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            if (known[i].Name != name)
                continue;
            if (_values[i] is not null)
                return ApiError.BadParameter(ErrorCodes.RepeatedParameter, name, $"{name} must be given once, was given again as '{ApiError.Shown(value)}'");
            _values[i] = value;
            return null;
        }

        var remedy = known.Count == 0
            ? "this endpoint takes none"
            : $"this endpoint takes {string.Join(", ", known.Select(p => p.Name))}";
        return ApiError.BadParameter(ErrorCodes.UnknownParameter, ApiError.Shown(name), $"there is no parameter '{ApiError.Shown(name)}'; {remedy}");
    }
}
